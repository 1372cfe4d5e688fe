"""Alerts for other systems: what waits with a person, and that they take care of it."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.alerts import actions, queries
from regulars.server.alerts.models import Alert
from regulars.server.alerts.queries import Shown
from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Whose,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]


class AlertOut(Schema):
    """One thing that somebody must know of at once."""

    id: str
    kind: str = Field(examples=["large_movement"])
    words: str = Field(description="In the language asked for.")
    customer: CustomerRef
    level: int = Field(description="Of the tier when it was raised; 0: none.")
    raised_at: datetime
    due_at: datetime
    state: Literal["open", "acknowledged", "closed"]
    holder: str = Field(description="User name; may be empty.")
    outcome: str


class AlertPage(Schema):
    """Some alerts, and where to go on."""

    alerts: list[AlertOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedAlerts(Whose):
    """Whose alerts."""

    view: Literal["mine", "place"] = Field(
        "mine", description="place: everything of the place that the person leads."
    )


class ClosedIn(InTheNameOf):
    """What came of it."""

    outcome: Literal["handled", "explained", "lost", "unreached", "mistaken"]
    note: str = Field("", max_length=500, pattern=PLAIN)


@router.get(
    "",
    response=AlertPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_alerts",
    summary="List the alerts that wait with a person",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedAlerts, Query()]) -> Any:
    """What waits, the least time first; of equal time the higher tier."""
    demand_known(request, WantedAlerts.model_fields)
    viewer = acting(request, wanted.person, Permission.RECORD_CONTACT)
    found = queries.listed(
        viewer, view=wanted.view, after=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    shown = queries.shown(viewer, list(rows), request.at)
    return {"alerts": [_told(request, each) for each in shown], "next": following}


@router.post(
    "/{public_id}/acknowledge",
    response=AlertOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="acknowledge_alert",
    summary="Say that somebody takes care of an alert",
    openapi_extra=example(),
)
def acknowledge(request: KeyedRequest, public_id: Id, told: InTheNameOf) -> Any:
    """Who says so holds it, and a new clock runs."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    alert = _alert(by, public_id)
    actions.acknowledge(alert, by=by, at=request.at)
    acted(request, by, alert, "acknowledge")
    return _again(request, by, public_id)


@router.post(
    "/{public_id}/close",
    response=AlertOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="close_alert",
    summary="Write what came of an alert",
    openapi_extra=example(outcome="handled", note="Moved to their other account."),
)
def close(request: KeyedRequest, public_id: Id, told: ClosedIn) -> Any:
    """It is never raised again for the same thing. A loss and a mistake want a few words."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    alert = _alert(by, public_id)
    actions.close(alert, outcome=told.outcome, note=told.note, by=by, at=request.at)
    acted(request, by, alert, "close")
    return _again(request, by, public_id)


def _alert(viewer: Person, public_id: str) -> Alert:
    found = queries.alert(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _again(request: KeyedRequest, viewer: Person, public_id: str) -> dict[str, Any]:
    (found,) = queries.shown(viewer, [_alert(viewer, public_id)], request.at)
    return _told(request, found)


def _told(request: KeyedRequest, shown: Shown) -> dict[str, Any]:
    alert = shown.alert
    same = ("kind", "level", "raised_at", "due_at", "state", "outcome")
    return {name: getattr(alert, name) for name in same} | {
        "id": alert.public_id,
        "words": shown.words,
        "customer": customer_ref(request, alert.customer),
        "holder": alert.holder.username if alert.holder else "",
    }

"""Promises for other systems: what a person owes, and that it is done."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

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
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.promises import actions, queries
from regulars.server.promises.models import Promise

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]


class PromiseOut(Schema):
    """One promise to a customer, and what became of it."""

    id: str
    customer: CustomerRef
    text: str
    to_whom: str
    due_at: datetime
    has_hour: bool = Field(description="false: by the end of that working day.")
    state: Literal["open", "kept", "broken", "withdrawn"]
    done_at: datetime | None = Field(description="Of a broken one: late, but done.")
    owner: str = Field(description="User name; may be empty.")
    made_at: datetime


class PromisePage(Schema):
    """Some promises, and where to go on."""

    promises: list[PromiseOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedPromises(Whose):
    """Which promises of whom."""

    state: Literal["waiting", "all"] = Field(
        "waiting", description="waiting: open, or broken and not made good."
    )


class KeptIn(InTheNameOf):
    """That it is done."""

    note: str = Field("", max_length=300, pattern=PLAIN)


@router.get(
    "",
    response=PromisePage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_promises",
    summary="List a person's promises",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedPromises, Query()]) -> Any:
    """The promises that one person owns, the least time first."""
    demand_known(request, WantedPromises.model_fields)
    viewer = acting(request, wanted.person, Permission.RECORD_CONTACT)
    found = queries.listed(
        viewer,
        every=wanted.state == "all",
        after=wanted.cursor or "",
        most=wanted.limit + 1,
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"promises": [_told(request, each) for each in rows], "next": following}


@router.post(
    "/{public_id}/keep",
    response=PromiseOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="keep_promise",
    summary="Say that a promise is kept",
    openapi_extra=example(note="Sent by courier."),
)
def keep(request: KeyedRequest, public_id: Id, told: KeptIn) -> Any:
    """After its time it stays broken, but is owed no more."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    promise = queries.one(by, public_id)
    if promise is None:
        raise Http404
    actions.keep(promise, by=by, at=request.at, note=told.note)
    acted(request, by, promise, "keep")
    return _told(request, queries.one(by, public_id) or promise)


def _told(request: KeyedRequest, promise: Promise) -> dict[str, Any]:
    same = ("text", "to_whom", "due_at", "has_hour", "state", "done_at", "made_at")
    return {name: getattr(promise, name) for name in same} | {
        "id": promise.public_id,
        "customer": customer_ref(request, promise.customer),
        "owner": promise.owner.username if promise.owner else "",
    }

"""Journeys for other systems: how far they are, who is where, and holding them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core.api import (
    PUBLIC_ID,
    Digits,
    Keyed,
    KeyedRequest,
    Known,
    Problem,
    as_viewer,
    demand_known,
    page,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.journeys import actions, queries
from regulars.server.journeys.models import Journey, Traveller

router = Router(tags=["messages"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Cursor = Annotated[str, Field(**PUBLIC_ID)]
Where = Literal["travelling", "held", "goal", "exited", "stopped"]


class JourneyOut(Schema):
    """One journey with its figures, of the customers within the key's reach."""

    id: str
    name: str
    state: Literal["draft", "running", "paused", "stopped"]
    why: str = Field(description="Why it is paused or stopped.")
    owner: str
    version: int = Field(description="The one in force; 0 before the first approval.")
    started_at: datetime | None
    ended_at: datetime | None
    travelling: int
    entered: int = Field(description="Without those left alone by lot.")
    goal: int
    left_alone: int
    left_alone_goal: int


class JourneyPage(Schema):
    """Some journeys, and where to go on."""

    journeys: list[JourneyOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class TravellerOut(Schema):
    """One customer on a journey."""

    id: str
    customer: CustomerRef
    state: Where
    step: str = Field(description="Id of the step at which they are.")
    entered_at: datetime
    due_at: datetime | None
    goal_at: datetime | None
    ended_at: datetime | None
    why: str


class TravellerPage(Schema):
    """Some customers of a journey, and where to go on."""

    travellers: list[TravellerOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedJourneys(Known):
    """Where to begin."""

    limit: Digits = Field(100, ge=1, le=500)
    cursor: Cursor | None = Field(None, description="`next` of the last page.")


class WantedTravellers(WantedJourneys):
    """Which customers of a journey."""

    state: Where | None = None


class HeldIn(Known):
    """A reason that everybody reads who opens the journey."""

    why: str = Field(min_length=1, max_length=300, pattern=PLAIN)


class GoOnIn(Known):
    """Nothing is needed."""


def _example(**value: Any) -> dict[str, Any]:
    told = {"usual": {"value": value}}
    return {"requestBody": {"content": {"application/json": {"examples": told}}}}


@router.get(
    "",
    response=JourneyPage,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="list_journeys",
    summary="List journeys",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedJourneys, Query()]) -> Any:
    """The newest first, with the figures of the customers within the key's reach."""
    demand_known(request, WantedJourneys.model_fields)
    found = queries.after(as_viewer(request.api_key), wanted.cursor or "", wanted.limit + 1)
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"journeys": [_told(request, each) for each in rows], "next": following}


@router.get(
    "/{public_id}",
    response=JourneyOut,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="get_journey",
    summary="Read one journey",
)
def one(request: KeyedRequest, public_id: Id) -> Any:
    """How far it is."""
    return _told(request, _found(request, public_id))


@router.get(
    "/{public_id}/travellers",
    response=TravellerPage,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="list_journey_travellers",
    summary="List the customers on a journey",
)
def travellers(
    request: KeyedRequest, public_id: Id, wanted: Annotated[WantedTravellers, Query()]
) -> Any:
    """Customers within the key's reach, who entered last first; also those left alone."""
    demand_known(request, WantedTravellers.model_fields)
    viewer, journey = as_viewer(request.api_key), _found(request, public_id)
    found = queries.travellers_after(
        viewer, journey, wanted.cursor or "", wanted.limit + 1, state=wanted.state or ""
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"travellers": [_traveller(request, each) for each in rows], "next": following}


@router.post(
    "/{public_id}/pause",
    response=JourneyOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="pause_journey",
    summary="Pause a journey",
    openapi_extra=_example(why="The offer is being checked."),
)
def pause(request: KeyedRequest, public_id: Id, told: HeldIn) -> Any:
    """Needs a key that reaches the whole company. One that does not run is refused (409)."""
    found = _steered(request, public_id)
    actions.pause(found, why=told.why, by=request.api_key, at=request.at)
    return _told(request, _found(request, public_id))


@router.post(
    "/{public_id}/resume",
    response=JourneyOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="resume_journey",
    summary="Let a paused journey go on",
    openapi_extra=_example(),
)
def resume(request: KeyedRequest, public_id: Id, told: GoOnIn) -> Any:
    """What went out of its time meanwhile is not sent any more."""
    found = _steered(request, public_id)
    actions.resume(found, by=request.api_key, at=request.at)
    return _told(request, _found(request, public_id))


@router.post(
    "/{public_id}/travellers/{traveller_id}/take-out",
    response=TravellerOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="take_out_of_journey",
    summary="Take a customer out of a journey",
    openapi_extra=_example(why="The customer asked for it at the counter."),
)
def taken_out(request: KeyedRequest, public_id: Id, traveller_id: Id, told: HeldIn) -> Any:
    """Who is not on the way any more is refused (409)."""
    viewer, journey = as_viewer(request.api_key), _found(request, public_id)
    found = queries.traveller(viewer, traveller_id)
    if found is None or found.journey_id != journey.pk:
        raise Http404
    gone = actions.take_out(found, words=told.why, by=request.api_key, at=request.at)
    return _traveller(request, gone)


def _found(request: KeyedRequest, public_id: str) -> Journey:
    found = queries.journey(as_viewer(request.api_key), public_id)
    if found is None:
        raise Http404
    return found


def _steered(request: KeyedRequest, public_id: str) -> Journey:
    found = _found(request, public_id)
    if not as_viewer(request.api_key).scope.everything:
        said = _("A journey is held for everybody. Use a key that reaches the whole company.")
        raise Problem("forbidden", said)
    return found


def _told(request: KeyedRequest, journey: Journey) -> dict[str, Any]:
    progress = queries.progress(as_viewer(request.api_key), journey)
    version = queries.in_force(journey)
    same = ("state", "why", "started_at", "ended_at")
    return {name: getattr(journey, name) for name in same} | {
        "id": journey.public_id,
        "name": str(journey),
        "owner": journey.owner.username,
        "version": version.number if version else 0,
        "travelling": progress.travelling,
        "entered": progress.treated.entered,
        "goal": progress.treated.goal,
        "left_alone": progress.control.entered,
        "left_alone_goal": progress.control.goal,
    }


def _traveller(request: KeyedRequest, row: Traveller) -> dict[str, Any]:
    same = ("state", "step", "entered_at", "due_at", "goal_at", "ended_at")
    return {name: getattr(row, name) for name in same} | {
        "id": row.public_id,
        "customer": customer_ref(request, row.customer),
        "why": " · ".join(filter(None, [str(row.get_why_display()), row.words])),
    }

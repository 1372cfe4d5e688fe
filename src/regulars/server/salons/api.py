"""Salons for other systems: which there are, who is on the list, who is here."""

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
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.salons import actions, queries
from regulars.server.salons.models import Guest, Salon

router = Router(tags=["salons"])
Id = Annotated[str, Field(**PUBLIC_ID)]
SAME = (
    "theme", "theme_en", "place", "place_en", "begins_at", "ends_at", "answer_by", "capacity",
    "taken", "state",
)  # fmt: skip


class SalonOut(Schema):
    """One salon: what, when, where, how many, how far."""

    id: str
    kind: str = Field(description="Code of its kind.")
    theme: str
    theme_en: str
    branch: str = Field(description="Code of the place that holds it.")
    host: str = Field(description="User name; may be empty.")
    place: str
    place_en: str
    begins_at: datetime
    ends_at: datetime
    answer_by: datetime
    capacity: int
    taken: int = Field(description="Seats of those who said yes or came.")
    state: Literal["draft", "inviting", "over", "settled", "cancelled"]


class SalonPage(Schema):
    """Some salons, and where to go on."""

    salons: list[SalonOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class SalonCounts(Schema):
    """How many guests each list of a salon holds, of the whole salon."""

    invited: int
    accepted: int
    waiting: int
    declined: int
    came: int
    missed: int
    friends: int
    walk_in: int
    held_out: int = Field(description="Left out by lot, as a comparison.")


class SalonWhole(SalonOut):
    """One salon with its numbers."""

    guests: SalonCounts


class GuestOut(Schema):
    """One guest of a salon."""

    id: str
    customer: CustomerRef
    state: Literal[
        "proposed", "held_out", "invited", "accepted", "declined", "waiting", "came",
        "missed", "cancelled",
    ]  # fmt: skip
    source: Literal["proposed", "hand", "friend", "walk_in"]
    seats: int
    invited_at: datetime | None
    answered_at: datetime | None
    came_at: datetime | None
    rating: int | None = Field(description="1 to 5, as the guest rated it.")


class GuestPage(Schema):
    """Some guests, and where to go on."""

    guests: list[GuestOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedSalons(Whose):
    """Which salons."""

    state: Literal["draft", "inviting", "over", "settled", "cancelled", "all"] = "all"


class WantedGuests(Whose):
    """Which guests."""

    state: Literal["accepted", "came", "all"] = "all"


class SeenBy(InTheNameOf):
    """Through whose eyes."""


class HereIn(InTheNameOf):
    """That somebody is here."""


@router.get(
    "",
    response=SalonPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_salons",
    summary="List salons",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedSalons, Query()]) -> Any:
    """The salons that a person may open, the latest first."""
    demand_known(request, WantedSalons.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.salons_after(
        viewer, wanted.cursor or "", state=wanted.state, most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"salons": [_salon(each) for each in rows], "next": following}


@router.get(
    "/{public_id}",
    response=SalonWhole,
    auth=Keyed(Right.WORK_READ),
    operation_id="read_salon",
    summary="Read a salon",
)
def salon(request: KeyedRequest, public_id: Id, wanted: Annotated[SeenBy, Query()]) -> Any:
    """One salon with its numbers."""
    demand_known(request, SeenBy.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = _found(viewer, public_id)
    return _salon(found) | {"guests": queries.counts(found)}


@router.get(
    "/{public_id}/guests",
    response=GuestPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_guests",
    summary="List the guests of a salon",
)
def salon_guests(
    request: KeyedRequest, public_id: Id, wanted: Annotated[WantedGuests, Query()]
) -> Any:
    """The guests whom the person sees."""
    demand_known(request, WantedGuests.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.guests_after(
        viewer, _found(viewer, public_id), wanted.cursor or "", show=wanted.state,
        most=wanted.limit + 1,
    )  # fmt: skip
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"guests": [_guest(request, each) for each in rows], "next": following}


@router.post(
    "/{public_id}/guests/{guest_id}/check-in",
    response=GuestOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="check_in_guest",
    summary="Say that a guest is here",
    openapi_extra=example(),
)
def check_in_guest(request: KeyedRequest, public_id: Id, guest_id: Id, told: HereIn) -> Any:
    """Said twice it counts once; on the day of the salon, or afterwards."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    guest = queries.guest(by, _found(by, public_id), guest_id)
    if guest is None:
        raise Http404
    found = actions.check_in(guest, by=by, at=request.at)
    acted(request, by, found, "check_in")
    return _guest(request, queries.guest(by, found.salon, guest_id) or found)


def _found(viewer: Person, public_id: str) -> Salon:
    found = queries.one(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _salon(salon: Salon) -> dict[str, Any]:
    return {name: getattr(salon, name) for name in SAME} | {
        "id": salon.public_id,
        "kind": salon.kind.code,
        "branch": salon.branch.code,
        "host": salon.host.username if salon.host else "",
    }


def _guest(request: KeyedRequest, guest: Guest) -> dict[str, Any]:
    same = (
        "state", "source", "seats", "invited_at", "answered_at", "came_at", "rating",
    )  # fmt: skip
    return {name: getattr(guest, name) for name in same} | {
        "id": guest.public_id,
        "customer": customer_ref(request, guest.customer),
    }

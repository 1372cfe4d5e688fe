"""Members and their points for other systems: tills, the app, the call centre."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core import queries as core
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
from regulars.server.customers import queries as customers
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.actions import Booked
from regulars.server.loyalty.models import Membership

router = Router(tags=["loyalty"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Points = Annotated[int, Field(ge=1, le=1_000_000_000)]


class MemberOut(Schema):
    """One member and what they have."""

    id: str
    number: str = Field(description="Its last digit checks the others (Luhn).")
    customer: CustomerRef
    joined_on: date
    level: str = Field(description="Code of the level; empty without one.")
    active: int
    pending: int
    owed: int = Field(description="Later points pay it first.")
    tier_points: int


class MemberPage(Schema):
    """Some members, and where to go on."""

    members: list[MemberOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class LineOut(Schema):
    """What moved points on a day."""

    day: date
    what: str
    source: str
    target: str
    points: int = Field(description="Change of the active points.")
    pending: int
    owed: int
    balance: int = Field(description="Active points after this line.")
    about: str = Field(description="The rule that earned them, or what they went for.")
    movement: str


class StatementOut(Schema):
    """A member's points over some days; `closing` is `opening` with all lines."""

    first: date
    last: date
    opening: int
    closing: int
    earned: int
    spent: int
    expired: int
    is_cut: bool = Field(description="true: there are more lines than are shown.")
    lines: list[LineOut]


class MovementOut(Schema):
    """What was booked. The same key gives the same answer for ever."""

    movement: str
    points: int
    balance: int = Field(description="Active points after it.")
    owed: int


class WantedStatement(InTheNameOf):
    """Which days of a statement."""

    first: date | None = Field(None, alias="from")
    last: date | None = Field(None, alias="to")
    currency: Literal["points", "tier"] = "points"


class JoinIn(InTheNameOf):
    """Who joins."""

    customer: Id


class MoveIn(InTheNameOf):
    """So many points, under a key of the sender's that is used for nothing else."""

    key: str = Field(min_length=1, max_length=80, pattern="^[!-~]+$")
    points: Points
    ref: str = Field("", max_length=60, pattern=PLAIN, description="What it is for.")


class BackIn(InTheNameOf):
    """What of a redemption comes back; without points all that is left."""

    key: str = Field(min_length=1, max_length=80, pattern="^[!-~]+$")
    points: Points | None = None


class WantedMembers(Whose):
    """Whose customers' memberships."""


@router.get(
    "/members",
    response=MemberPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_members",
    summary="List the members that a person sees",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedMembers, Query()]) -> Any:
    """Standing members, the newest first."""
    demand_known(request, WantedMembers.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.members_after(viewer, after=wanted.cursor or "", most=wanted.limit + 1)
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"members": [_told(request, each) for each in rows], "next": following}


@router.post(
    "/members",
    response=MemberOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="join_programme",
    summary="Make a customer a member",
    openapi_extra=example(customer="7hq2k9xw4mzt"),
)
def join(request: KeyedRequest, told: JoinIn) -> Any:
    """Who is a member already stays the one they are."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    customer = customers.one(by, told.customer)
    if customer is None:
        raise Http404
    made = actions.join(customer, by=by, at=request.at, source=Membership.Source.API)
    acted(request, by, made, "join")
    return _told(request, _member(by, made.public_id))


@router.get(
    "/members/{member}",
    response=MemberOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_member",
    summary="Read one member, by id or number",
)
def one(
    request: KeyedRequest,
    member: Annotated[str, Field(max_length=24, pattern="^[0-9a-z]+$")],
    asked: Annotated[InTheNameOf, Query()],
) -> Any:
    """What the member has now."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    return _told(request, _member(viewer, member))


@router.get(
    "/members/{public_id}/statement",
    response=StatementOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_statement",
    summary="Read a member's statement",
)
def statement(
    request: KeyedRequest, public_id: Id, asked: Annotated[WantedStatement, Query()]
) -> Any:
    """Everything that moved points in some days; without any, in the last three months."""
    demand_known(request, ("person", "from", "to", "currency"))
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = _member(viewer, public_id)
    first, last = queries.span_of(
        core.local_date(request.at), str(asked.first or ""), str(asked.last or "")
    )
    told = queries.statement(viewer, found.customer, first, last, currency=asked.currency)
    if told is None:
        raise Http404
    return told


@router.post(
    "/members/{public_id}/redeem",
    response=MovementOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="redeem_points",
    summary="Spend points",
    openapi_extra=example(key="till-7-20261123-118", points=300, ref="voucher 30"),
)
def redeem(request: KeyedRequest, public_id: Id, told: MoveIn) -> Any:
    """Those that end soonest go first. Fewer than are asked for: 409, and nothing is spent."""
    return _moved(request, public_id, told, "redeem")


@router.post(
    "/members/{public_id}/credit",
    response=MovementOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="credit_points",
    summary="Give points",
    openapi_extra=example(key="campaign-9-0001", points=100, ref="welcome"),
)
def credit(request: KeyedRequest, public_id: Id, told: MoveIn) -> Any:
    """Points for what no rule of earning knows; they last 24 months."""
    return _moved(request, public_id, told, "credit")


@router.post(
    "/movements/{public_id}/give-back",
    response=MovementOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="give_points_back",
    summary="Give back what was redeemed",
    openapi_extra=example(key="till-7-20261123-119"),
)
def give_back(request: KeyedRequest, public_id: Id, told: BackIn) -> Any:
    """The points return to where they came from, and last at least the days of grace."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = queries.movement(by, public_id)
    if found is None:
        raise Http404
    booked = actions.give_back_alone(
        found, key=_key(request, told.key), points=told.points, by=by, at=request.at
    )
    return _answer(request, by, booked, "give_back")


def _moved(request: KeyedRequest, public_id: str, told: MoveIn, what: str) -> Any:
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    member = _member(by, public_id)
    if member.left_on is not None:
        raise Http404
    move = actions.redeem if what == "redeem" else actions.credit
    booked = move(
        member.customer, points=told.points, key=_key(request, told.key), ref=told.ref,
        by=by, at=request.at,
    )  # fmt: skip
    return _answer(request, by, booked, what)


def _answer(request: KeyedRequest, by: Person, booked: Booked, what: str) -> Any:
    if not booked.again:
        acted(request, by, booked.movement, what)
    return booked.answer


def _key(request: KeyedRequest, key: str) -> str:
    """Two systems may count alike: each has keys of its own."""
    return f"api:{request.api_key.pk}:{key}"


def _member(viewer: Person, named: str) -> Any:
    found = queries.with_sums_of(viewer, named)
    if found is None:
        raise Http404
    return found


def _told(request: KeyedRequest, found: Any) -> dict[str, Any]:
    return {
        "id": found.public_id,
        "number": found.number,
        "customer": customer_ref(request, found.customer),
        "joined_on": found.joined_on,
        "level": found.level,
        "active": found.active,
        "pending": found.pending,
        "owed": found.owed,
        "tier_points": found.collected,
    }

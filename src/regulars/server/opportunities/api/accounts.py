"""Account plans for other systems: where we stand, who decides, what is in the way."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core import queries as core
from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Whose,
    acting,
    demand_known,
    page,
)
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.opportunities import queries
from regulars.server.opportunities.api.shapes import Id
from regulars.server.opportunities.models import Obstacle, Strategy
from regulars.server.opportunities.queries import Holder

router = Router(tags=["work"])
Phase = Literal["find", "attack", "hold", "defend", "cultivate"]


class AccountPlanOut(Schema):
    """Where we stand with one key customer. Goals and steps are those of the care plan."""

    id: str = Field(description="That of the care plan, too: GET /plans/{id}.")
    customer: CustomerRef
    owner: str = Field(description="User name of who looks after the customer; may be empty.")
    phase: Phase
    since: date
    why: str
    rivals: str
    strengths: str


class AccountPhaseOut(Schema):
    """It went from one phase to another."""

    before: Phase | None
    after: Phase
    at: datetime
    by: str
    why: str


class AccountPersonOut(Schema):
    """A contact person with what they mean for the plan."""

    id: str
    name: str | None = Field(description="For keys that may read customers.")
    role: str
    attitude: str
    influence: int | None = Field(description="1 little, 2 some, 3 decides; null: not known.")
    wants: str
    keeper: str = Field(description="User name of who keeps in touch; may be empty.")


class AccountObstacleOut(Schema):
    """What stands in the way, and the move against it."""

    id: str
    text: str
    state: Literal["open", "overcome", "accepted"]
    move: str
    move_on: date | None
    outcome: str


class AccountPlanAlone(AccountPlanOut):
    """One account plan with its people, obstacles and phases."""

    phases: list[AccountPhaseOut]
    people: list[AccountPersonOut]
    obstacles: list[AccountObstacleOut]
    open_opportunities: int
    open_amount: str


class AccountPlanPage(Schema):
    """Some account plans, and where to go on."""

    account_plans: list[AccountPlanOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedAccountPlans(Whose):
    """Which account plans of whose customers."""

    phase: Phase | None = None


@router.get(
    "",
    response=AccountPlanPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_account_plans",
    summary="List the account plans that a person sees",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedAccountPlans, Query()]) -> Any:
    """Of customers whom the person sees, whose care plan lives, the newest first."""
    demand_known(request, WantedAccountPlans.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.strategies_after(
        viewer, phase=wanted.phase or "", cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"account_plans": [_told(request, each) for each in rows], "next": following}


@router.get(
    "/{public_id}",
    response=AccountPlanAlone,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_account_plan",
    summary="Read one account plan",
)
def one(request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """An account plan with who decides and what is in the way."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = queries.strategies(viewer).filter(plan__public_id=public_id).first()
    if found is None:
        raise Http404
    told = queries.account(viewer, found.plan, core.local_date(request.at))
    return _told(request, found) | {
        "phases": [
            {
                "before": each.before or None, "after": each.after, "at": each.at,
                "by": each.by.username if each.by else "", "why": each.why,
            }
            for each in told.phases
        ],
        "people": [_person(request, each) for each in told.holders],
        "obstacles": [_obstacle(each) for each in (*told.obstacles, *told.past)],
        "open_opportunities": told.open_count,
        "open_amount": str(told.open_amount),
    }  # fmt: skip


def _told(request: KeyedRequest, found: Strategy) -> dict[str, Any]:
    same = ("phase", "since", "why", "rivals", "strengths")
    owner = found.customer.book.owner
    return {name: getattr(found, name) for name in same} | {
        "id": found.public_id,
        "customer": customer_ref(request, found.customer),
        "owner": owner.username if owner else "",
    }


def _person(request: KeyedRequest, holder: Holder) -> dict[str, Any]:
    contact, stance = holder.contact, holder.stance
    named = request.api_key.has(Right.CUSTOMERS_READ)
    return {
        "id": contact.public_id,
        "name": str(contact) if named else None,
        "role": contact.role,
        "attitude": contact.attitude,
        "influence": stance.influence if stance else None,
        "wants": stance.wants if stance else "",
        "keeper": stance.keeper.username if stance and stance.keeper else "",
    }


def _obstacle(found: Obstacle) -> dict[str, Any]:
    return {
        "id": found.public_id,
        "text": found.text,
        "state": found.state,
        "move": found.move.text if found.move else "",
        "move_on": found.move.due_on if found.move else None,
        "outcome": found.outcome,
    }

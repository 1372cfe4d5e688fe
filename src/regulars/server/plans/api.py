"""Care plans for other systems: what is to become of a person's customers, and a step done."""

from __future__ import annotations

from datetime import date, datetime
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
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.plans import actions, queries
from regulars.server.plans.models import Goal, Plan, Step

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]


class PlanOut(Schema):
    """One plan of a customer."""

    id: str
    customer: CustomerRef
    owner: str = Field(description="User name of who looks after the customer; may be empty.")
    state: Literal["draft", "in_force", "done", "given_up"]
    aim: str
    next_review_on: date | None
    made_at: datetime
    closed_at: datetime | None


class GoalOut(Schema):
    """Where a plan goes."""

    id: str
    text: str
    measure: str = Field(examples=["value"])
    unit: str
    start: str | None
    target: str
    by_on: date
    state: Literal["open", "reached", "missed", "dropped"]


class StepOut(Schema):
    """Something to be done for a plan."""

    id: str
    text: str
    due_on: date
    who: str = Field(description="User name of who does it; may be empty.")
    state: Literal["open", "done", "dropped"]
    done_on: date | None
    outcome: str


class PlanAlone(PlanOut):
    """One plan with its goals and steps."""

    goals: list[GoalOut]
    steps: list[StepOut]


class PlanPage(Schema):
    """Some plans, and where to go on."""

    plans: list[PlanOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedPlans(Whose):
    """Which plans of whose customers."""

    state: Literal["live", "all"] = Field("live", description="all: those that ended too.")


class DoneIn(InTheNameOf):
    """That a step is done, and what came of it."""

    outcome: str = Field("", max_length=300, pattern=PLAIN)


@router.get(
    "",
    response=PlanPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_plans",
    summary="List the care plans that a person sees",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedPlans, Query()]) -> Any:
    """Plans of the customers whom the person sees, the newest first."""
    demand_known(request, WantedPlans.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.after(
        viewer,
        every=wanted.state == "all",
        cursor=wanted.cursor or "",
        most=wanted.limit + 1,
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"plans": [_told(request, plan) for plan in rows], "next": following}


@router.get(
    "/{public_id}",
    response=PlanAlone,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_plan",
    summary="Read one care plan",
)
def one(request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """A plan with its goals and steps."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    return _alone(request, viewer, _plan(viewer, public_id))


@router.post(
    "/{public_id}/steps/{step_id}/done",
    response=PlanAlone,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="do_plan_step",
    summary="Say that a step is done",
    openapi_extra=example(outcome="Visited the works with the son."),
)
def done(request: KeyedRequest, public_id: Id, step_id: Id, told: DoneIn) -> Any:
    """Of two who decide the first stands (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    plan = _plan(by, public_id)
    step = queries.step(by, plan, step_id)
    if step is None:
        raise Http404
    actions.do_step(step, outcome=told.outcome, by=by, at=request.at)
    acted(request, by, step, "step")
    return _alone(request, by, _plan(by, public_id))


def _plan(viewer: Person, public_id: str) -> Plan:
    found = queries.one(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _alone(request: KeyedRequest, viewer: Person, plan: Plan) -> dict[str, Any]:
    view = queries.view(viewer, plan, request.at)
    return _told(request, plan) | {
        "goals": [_goal(each.goal) for each in view.goals],
        "steps": [_step(each.step) for each in view.steps],
    }


def _told(request: KeyedRequest, plan: Plan) -> dict[str, Any]:
    same = ("state", "aim", "next_review_on", "made_at", "closed_at")
    owner = plan.customer.book.owner
    return {name: getattr(plan, name) for name in same} | {
        "id": plan.public_id,
        "customer": customer_ref(request, plan.customer),
        "owner": owner.username if owner else "",
    }


def _goal(goal: Goal) -> dict[str, Any]:
    same = ("text", "measure", "unit", "by_on", "state")
    return {name: getattr(goal, name) for name in same} | {
        "id": goal.public_id,
        "start": None if goal.start is None else str(goal.start),
        "target": str(goal.target),
    }


def _step(step: Step) -> dict[str, Any]:
    same = ("text", "due_on", "state", "done_on", "outcome")
    return {name: getattr(step, name) for name in same} | {
        "id": step.public_id,
        "who": step.doer.username if step.doer else "",
    }

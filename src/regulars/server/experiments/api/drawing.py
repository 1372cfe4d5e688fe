"""Experiments for other systems: what worked, who is left alone, a plan, a finished one."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from ninja import Query, Router

from regulars.server.core import queries as core
from regulars.server.core.api import (
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
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.experiments import actions, queries
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.actions.bringing import Told
from regulars.server.experiments.api.shapes import (
    AssignedOut,
    AssignIn,
    ExperimentIn,
    ExperimentOut,
    ExperimentPage,
    FinishedIn,
    Id,
    ReadingList,
)
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.queries import saying
from regulars.server.experiments.rules.arms import variants

router = Router(tags=["experiments"])


@router.get(
    "",
    response=ExperimentPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_experiments",
    summary="List experiments",
)
def experiments_listed(request: KeyedRequest, wanted: Annotated[Whose, Query()]) -> Any:
    """The library of what worked, the newest first."""
    demand_known(request, Whose.model_fields)
    acting(request, wanted.person, Permission.SEE_KPIS)
    found = queries.listed(after=wanted.cursor or "", most=wanted.limit + 1)
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"experiments": [_told(each) for each in rows], "next": following}


@router.post(
    "/brought",
    response=ExperimentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="bring_experiment",
    summary="Bring a finished experiment",
    openapi_extra=example(
        name="Spring mail", kind="campaign", control="none", starts_on="2026-03-01",
        ends_on="2026-03-14",
        rows=[{"arm": "none", "outcome": 0}, {"arm": "none", "outcome": 1},
              {"arm": "mail", "outcome": 1}, {"arm": "mail", "outcome": 0}],
    ),
)  # fmt: skip
def experiment_brought(request: KeyedRequest, told: FinishedIn) -> Any:
    """One row a customer, those who did nothing with 0."""
    by = acting(request, told.person, Permission.RUN_EXPERIMENTS)
    same = (
        *("name", "kind", "label", "control", "starts_on", "ends_on"),
        *("margin", "fixed_cost", "cost_each"),
    )
    made = actions.bring(
        [(each.id, each.arm, each.outcome, each.before) for each in told.rows],
        Told(**{name: getattr(told, name) for name in same}),
        by=by,
        at=request.at,
    )
    acted(request, by, made, "bring_experiment")
    return _told(made)


@router.get(
    "/{public_id}/readings",
    response=ReadingList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_readings",
    summary="List what an experiment said, look by look",
)
def experiment_readings(
    request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]
) -> Any:
    """Intervals of all looks hold together in 95 of 100 experiments."""
    demand_known(request, InTheNameOf.model_fields)
    acting(request, asked.person, Permission.SEE_KPIS)
    found = _experiment(public_id)
    return {"readings": [_read(found, each) for each in queries.readings(found)]}


@router.get(
    "/{public_id}",
    response=ExperimentOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="read_experiment",
    summary="Read an experiment",
)
def experiment_read(
    request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]
) -> Any:
    """One experiment with its last reading."""
    demand_known(request, InTheNameOf.model_fields)
    acting(request, asked.person, Permission.SEE_KPIS)
    return _told(_experiment(public_id))


@router.post(
    "",
    response=AssignedOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="plan_experiment",
    summary="Plan an experiment and draw who is left alone",
    openapi_extra=example(
        name="Term deposits mature", kind="call_list", outcome="bought", share=0.1,
        window_days=30, customers=["3k9w2m7x4pqa"],
    ),
)  # fmt: skip
def experiment_planned(request: KeyedRequest, told: ExperimentIn) -> Any:
    """Begins today. The answer names those of the list who are left alone."""
    by = acting(request, told.person, Permission.RUN_EXPERIMENTS)
    made = actions.plan(
        Plan(
            name=told.name,
            kind=told.kind,
            outcome=told.outcome,
            label=told.label,
            starts_on=core.local_date(request.at),
            arms=variants(told.variants, told.share),
            window_days=told.window_days,
            margin=told.margin,
            fixed_cost=told.fixed_cost,
            cost_each=told.cost_each,
            planned_size=len(told.customers),
        ),
        by=by,
        at=request.at,
    )
    acted(request, by, made, "plan_experiment")
    return _assigned(request, made, by, told.customers)


@router.post(
    "/{public_id}/customers",
    response=AssignedOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="assign_customers",
    summary="Draw further customers",
    openapi_extra=example(customers=["3k9w2m7x4pqa"]),
)
def experiment_assigned(request: KeyedRequest, public_id: Id, told: AssignIn) -> Any:
    """Who has an arm keeps it; asking again changes nothing."""
    by = acting(request, told.person, Permission.RUN_EXPERIMENTS)
    found = _experiment(public_id)
    if found.is_brought or found.is_programme:
        raise Http404
    acted(request, by, found, "assign_customers")
    return _assigned(request, found, by, told.customers)


def _assigned(request: KeyedRequest, found: Experiment, by: Any, asked: list[str]) -> Any:
    ids = queries.ids_of(by, asked)
    counted = actions.assign(found, ids.values(), by=by, at=request.at)
    alone = queries.in_control(found, list(ids.values()))
    return {
        "experiment": found.public_id,
        "new": counted.new,
        "known": counted.known,
        "held_out": counted.held_out,
        "gone": len(set(asked)) - len(ids) + counted.gone,
        "alone": [public for public, pk in ids.items() if pk in alone],
    }


def _told(found: Experiment) -> dict[str, Any]:
    same = ("kind", "label", "outcome", "state", "starts_on", "ends_on", "decision", "why")
    reading = queries.latest(found)
    return {name: getattr(found, name) for name in same} | {
        "id": found.public_id,
        "name": str(found),
        "arms": [
            {"key": arm.key, "name": arm.name, "share": arm.share} for arm in found.all_arms
        ],
        "reading": _read(found, reading) if reading else None,
    }


def _read(found: Experiment, reading: Reading) -> dict[str, Any]:
    same = ("look", "until", "difference", "low", "high")
    return {name: getattr(reading, name) for name in same} | {
        "final": reading.is_final,
        "verdict": reading.code,
        "sentence": saying.sentence(found, reading),
        "more_needed": reading.body.get("more_needed"),
    }


def _experiment(public_id: str) -> Experiment:
    found = queries.one(public_id)
    if found is None:
        raise Http404
    return found

"""Some customers are left alone by a trigger, so that one learns what its cards bring.

A trigger with a share has an experiment of its own that goes on: whoever it finds is drawn on
that morning, once and for good. Who is left alone gets no card of it; every other trigger
speaks to them as ever. Who is left out of all marketing hears from no marketing trigger.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from regulars.server.care.rules import Reason, Trigger
from regulars.server.care.rules.policy import Policy
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Company
from regulars.server.experiments import actions, queries
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules.arms import usual


def spared(
    new: Sequence[Reason], policy: Policy, *, day: date, by: Actor, at: datetime
) -> list[Reason]:
    """Leave out the reasons of those who are left alone, and write down who was drawn."""
    marketing = {reason.customer_id for reason in new if reason.trigger.marketing}
    out = queries.held_out_among(marketing, on=day)
    kept = [
        reason for reason in new if not (reason.trigger.marketing and reason.customer_id in out)
    ]
    alone = _alone(kept, policy.holdouts, by=by, at=at)
    return [reason for reason in kept if (reason.trigger.code, reason.customer_id) not in alone]


def _alone(
    new: Sequence[Reason], shares: Mapping[str, float], *, by: Actor, at: datetime
) -> set[tuple[str, int]]:
    """Trigger and customer of those whom its experiment leaves alone."""
    found: dict[str, list[Reason]] = defaultdict(list)
    for reason in new:
        if shares.get(reason.trigger.code):
            found[reason.trigger.code].append(reason)
    alone: set[tuple[str, int]] = set()
    for code, reasons in found.items():
        ids = {reason.customer_id for reason in reasons}
        experiment = _experiment(reasons[0].trigger, shares[code], by=by, at=at)
        if experiment.state != Experiment.State.CLOSED:
            actions.assign(experiment, ids, by=by, at=at)
        alone |= {(code, pk) for pk in queries.in_control(experiment, ids)}
    return alone


def _experiment(trigger: Trigger, share: float, *, by: Actor, at: datetime) -> Experiment:
    """The trigger's own; another share is another experiment, for its groups are others."""
    source = f"trigger:{trigger.code}:{share:g}"
    if stands := queries.by_source(source):
        return stands
    company = core.company()
    bank = company is not None and company.kind == Company.Kind.BANK
    told = Plan(
        name=trigger.name.of("zh"),
        name_en=trigger.name.of("en"),
        kind=Experiment.Kind.TRIGGER,
        outcome=Experiment.Outcome.ACTIVE if bank else Experiment.Outcome.BOUGHT,
        starts_on=core.local_date(at),
        source=source,
        label=trigger.code,
        arms=usual(share),
        rolling=True,
    )
    return actions.plan(told, by=by, at=at)

"""An experiment is planned: what is asked, of whom, for how long, what it costs."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import Arm, arms

Outcome = Experiment.Outcome
FROM_FILES = (Outcome.RATE, Outcome.AMOUNT)


class WrongPlan(BadInput):
    """The plan cannot be carried out as it stands."""


@dataclass(frozen=True)
class Plan:
    """What somebody wants to find out.

    Attributes
    ----------
    source
        Unique, of machine-made ones (a trigger, a campaign): asking again gives the same one.
    ends_on
        The day by which everything is in; None goes on until it is closed. Left out it is the
        end of the window of customers who enter on the first day.
    rolling
        Customers enter day by day, each with a window of their own.
    """

    name: str
    kind: str
    outcome: str
    starts_on: date
    name_en: str = ""
    label: str = ""
    source: str | None = None
    arms: Sequence[Arm] = field(default_factory=arms.usual)
    window_days: int = 30
    before_days: int = 90
    ends_on: date | None = None
    rolling: bool = False
    margin: Decimal | None = None
    fixed_cost: Decimal = Decimal(0)
    cost_each: Decimal = Decimal(0)
    planned_size: int | None = None
    detectable: float | None = None
    deviation: float | None = None


@transaction.atomic
def plan(told: Plan, *, by: Actor, at: datetime, owner: Person | None = None) -> Experiment:
    """Write an experiment down; of a machine-made one the one that stands is returned.

    :raises WrongPlan: it has no name, no window, or an outcome that no facts hold.
    :raises BadArms: nobody is left alone, or the shares do not make one whole.
    """
    drawn = arms.checked(told.arms)
    _possible(told)
    if told.source and (stands := Experiment.objects.filter(source=told.source).first()):
        return stands
    ends = told.ends_on
    if ends is None and not told.rolling:
        ends = told.starts_on + timedelta(days=told.window_days)
    made = Experiment.objects.create(
        name=told.name.strip(),
        name_en=told.name_en.strip(),
        kind=told.kind,
        label=told.label.strip(),
        source=told.source or None,
        arms=arms.told(drawn),
        salt=f"experiment:{secrets.token_hex(8)}",
        outcome=told.outcome,
        window_days=told.window_days,
        before_days=told.before_days,
        starts_on=told.starts_on,
        ends_on=ends,
        rolling=told.rolling,
        margin=told.margin,
        fixed_cost=told.fixed_cost,
        cost_each=told.cost_each,
        planned_size=told.planned_size,
        detectable=told.detectable,
        deviation=told.deviation,
        owner=owner or (by if isinstance(by, Person) else None),
        made_by=audit.label(by),
        made_at=at,
    )
    audit.record(
        "experiments.planned", made, by=by, at=at,
        outcome=told.outcome, share=made.control_share, window=told.window_days,
    )  # fmt: skip
    return made


@transaction.atomic
def change_costs(
    experiment: Experiment,
    *,
    fixed_cost: Decimal,
    cost_each: Decimal,
    margin: Decimal | None,
    by: Actor,
    at: datetime,
) -> Experiment:
    """Write down what it cost, which is often known only afterwards; readings to come use it.

    :raises WrongPlan: a cost is negative.
    """
    if fixed_cost < 0 or cost_each < 0:
        raise WrongPlan(_("A cost is not negative."))
    found = Experiment.objects.select_for_update(of=("self",)).get(pk=experiment.pk)
    found.fixed_cost, found.cost_each, found.margin = fixed_cost, cost_each, margin
    found.save(update_fields=["fixed_cost", "cost_each", "margin"])
    audit.record("experiments.costs", found, by=by, at=at)
    return found


def _possible(told: Plan) -> None:
    if not told.name.strip():
        raise WrongPlan(_("Give the experiment a name."))
    if told.outcome in FROM_FILES:
        raise WrongPlan(_("This outcome is for experiments that come as a file."))
    if not 1 <= told.window_days <= 730 or not 0 <= told.before_days <= 730:
        raise WrongPlan(_("A window has 1 to 730 days."))
    last = told.starts_on + timedelta(days=told.window_days)
    if told.ends_on is not None and told.ends_on < last:
        raise WrongPlan(
            _("It would end on %(day)s, before the window of the first customers is over.")
            % {"day": told.ends_on.isoformat()}
        )
    if told.fixed_cost < 0 or told.cost_each < 0:
        raise WrongPlan(_("A cost is not negative."))

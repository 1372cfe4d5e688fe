"""A finished experiment comes as a file: one row per customer with arm and outcome."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.engine.uplift import Moments
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.experiments.models import Experiment
from regulars.server.experiments.rules import CONTROL, Arm, Asked, arms, judge
from regulars.server.experiments.rules.judging import BEFORE, NOW

Row = tuple[str, str, float, float | None]  # id, arm, outcome, before


class WrongFile(BadInput):
    """The rows do not make an experiment."""


@dataclass(frozen=True)
class Told:
    """What the file does not say: what it was called, which arm was left alone, what it cost.

    `shares` are the planned ones by arm; those of the file where nobody knows.
    """

    name: str
    control: str
    starts_on: date
    ends_on: date
    name_en: str = ""
    kind: str = "other"
    label: str = ""
    margin: Decimal | None = None
    fixed_cost: Decimal = Decimal(0)
    cost_each: Decimal = Decimal(0)
    shares: Mapping[str, float] = field(default_factory=dict)


@transaction.atomic
def bring(rows: Iterable[Row], told: Told, *, by: Actor, at: datetime) -> Experiment:
    """Judge a finished experiment by its rows; only the sums of its arms are kept.

    An outcome of nothing but 0 and 1 is a rate, anything else an amount.

    :raises WrongFile: an arm is missing or too small, or a row is there twice.
    """
    columns = _columns(rows, told.control)
    if told.control not in columns or len(columns) < 2:
        raise WrongFile(
            _("No row has the arm “%(arm)s”, or no other has any. The arms are: %(arms)s.")
            % {"arm": told.control, "arms": ", ".join(sorted(columns))}
        )
    if min(len(found["outcome"]) for found in columns.values()) < 2:
        raise WrongFile(_("Every arm needs two customers or more."))
    found = _arms(columns, told)
    keys = {name: arm.key for name, arm in found.items()}
    sums = {
        keys[name]: Moments.of(
            {n: v for n, v in each.items() if len(v) == len(each["outcome"])}
        )
        for name, each in columns.items()
    }
    values = {value for each in columns.values() for value in each["outcome"]}
    return _kept(told, tuple(found.values()), sums, values <= {0.0, 1.0}, by=by, at=at)


def _columns(rows: Iterable[Row], control: str) -> dict[str, dict[str, list[float]]]:
    found: dict[str, dict[str, list[float]]] = {}
    seen: set[str] = set()
    for name, arm, outcome, before in rows:
        if name in seen:
            raise WrongFile(
                _("“%(id)s” is there twice. A customer has one row.") % {"id": name}
            )
        if name:
            seen.add(name)
        each = found.setdefault(arm, {NOW: [], BEFORE: []})
        each[NOW].append(outcome)
        if before is not None:
            each[BEFORE].append(before)
    # Known of some only it says nothing: everybody has it, or nobody.
    if any(len(each[BEFORE]) != len(each[NOW]) for each in found.values()):
        for each in found.values():
            each.pop(BEFORE)
    return found


def _arms(columns: Mapping[str, Mapping[str, list[float]]], told: Told) -> dict[str, Arm]:
    total = sum(len(each[NOW]) for each in columns.values())
    shares = told.shares or {name: len(each[NOW]) / total for name, each in columns.items()}
    if set(shares) != set(columns):
        raise WrongFile(_("Give a planned share for every arm of the file."))
    names = [told.control, *sorted(set(columns) - {told.control})]
    one = len(names) == 2
    return {
        name: Arm(
            CONTROL if n == 0 else "treated" if one else f"arm{n}", name[:60], shares[name]
        )
        for n, name in enumerate(names)
    }


def _kept(
    told: Told,
    found: tuple[Arm, ...],
    sums: Mapping[str, Moments],
    is_rate: bool,
    *,
    by: Actor,
    at: datetime,
) -> Experiment:
    outcome = Experiment.Outcome.RATE if is_rate else Experiment.Outcome.AMOUNT
    ends = max(told.ends_on, told.starts_on + timedelta(days=1))
    made = Experiment.objects.create(
        name=told.name,
        name_en=told.name_en,
        kind=told.kind,
        label=told.label,
        arms=arms.told(arms.checked(found)),
        salt=f"file:{at.isoformat()}:{audit.label(by)}"[:60],
        outcome=outcome,
        window_days=max((told.ends_on - told.starts_on).days, 1),
        starts_on=told.starts_on,
        ends_on=ends,
        margin=told.margin,
        fixed_cost=told.fixed_cost,
        cost_each=told.cost_each,
        state=Experiment.State.CLOSED,
        closed_at=at,
        owner=by if isinstance(by, Person) else None,
        made_by=audit.label(by),
        made_at=at,
        brought={name: each.to_dict() for name, each in sums.items()},
    )
    asked = Asked(
        made.all_arms,
        outcome,
        float(told.margin) if told.margin is not None else None,
        float(told.fixed_cost),
        float(told.cost_each),
    )
    judged = judge(asked, sums)
    main = judged.main
    made.readings.create(
        look=1, at=at, until=ends, is_final=True, code=judged.code, body=judged.body,
        difference=main.difference if main else None, low=main.low if main else None,
        high=main.high if main else None, standard_error=main.standard_error if main else None,
    )  # fmt: skip
    customers = sum(each.n for each in sums.values())
    audit.record("experiments.brought", made, by=by, at=at, customers=customers)
    return made

"""Running experiments are read when a look is due, and closed when all is in."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction

from regulars.engine.uplift import Effect, Moments, Watch
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.experiments import bridge, queries
from regulars.server.experiments.bridge import BEFORE, Column
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.rules import CONTROL, Asked, Judged, Timing, judge
from regulars.server.experiments.rules.arms import split_of
from regulars.server.experiments.rules.judging import effect_of
from regulars.server.experiments.rules.looks import due, elapsed, open_looks, planned_looks
from regulars.server.experiments.rules.places import arm_sql, place_sql

State = Experiment.State
# An experiment without an end is tightest where so many have been assigned.
PLANNED = 10_000


def read_all(*, by: Actor, at: datetime) -> int:
    """Read every running experiment whose next look is due; return how many were read.

    Facts of a day count once it is over by the company's clock.
    """
    until = core.local_date(at)
    found = [read(each, until=until, by=by, at=at) for each in queries.running(until)]
    return sum(each is not None for each in found)


@transaction.atomic
def read(experiment: Experiment, *, until: date, by: Actor, at: datetime) -> Reading | None:
    """Make the reading that is due with the facts before a day; None where none is.

    The last planned one closes the experiment.
    """
    held = Experiment.objects.select_for_update(of=("self",)).get(pk=experiment.pk)
    if held.state != State.RUNNING:
        return None
    looks = _looks(held, until)
    number = due(looks, until)
    before = queries.readings(held)
    if number == 0 or (before and before[-1].look >= number):
        return None
    look = looks[number - 1]
    judged, crossed = _judged(held, looks[:number], looks, before, until=look)
    is_final = held.ends_on is not None and look >= held.ends_on
    made = _kept(held, judged, number, look, crossed=crossed, is_final=is_final, at=at)
    audit.record(
        "experiments.read", held, by=by, at=at, look=number, code=judged.code, final=is_final
    )
    if is_final:
        held.state, held.closed_at = State.CLOSED, at
        held.save(update_fields=["state", "closed_at"])
        audit.record("experiments.closed", held, by=by, at=at)
    return made


def _looks(experiment: Experiment, until: date) -> tuple[date, ...]:
    if experiment.ends_on is None:
        return open_looks(experiment.starts_on, until, experiment.window_days)
    return planned_looks(experiment.starts_on, experiment.ends_on)


def _judged(
    experiment: Experiment,
    so_far: tuple[date, ...],
    looks: tuple[date, ...],
    before: list[Reading],
    *,
    until: date,
) -> tuple[Judged, int]:
    """Sum what is in, and say what it shows."""
    columns = _columns(experiment, so_far)
    sums = _sums(experiment, columns, until=until)
    names = tuple(column.name for column in columns if column.name != BEFORE)
    if experiment.ends_on is None:
        timing = Timing(planned=_watch(experiment, sums))
    elif experiment.rolling:
        earlier = [reading for reading in before if reading.body.get("effects")]
        counted = [so_far[reading.look - 1] for reading in earlier]
        times = elapsed((*counted, so_far[-1], looks[-1]), experiment.starts_on)[:-1]
        timing = Timing(
            times, names, before=tuple(_effects(reading.body) for reading in earlier)
        )
    else:
        times = elapsed((*so_far, looks[-1]), experiment.starts_on)[:-1]
        timing = Timing(times, names)
    crossed = experiment.assignments.filter(crossed=True).count()
    return judge(_asked(experiment), sums, timing), crossed


def _columns(experiment: Experiment, so_far: tuple[date, ...]) -> tuple[Column, ...]:
    """One column per look where all entered at once, else the whole window of each."""
    past = Column(BEFORE, -experiment.before_days, 0)
    whole = Column("outcome", 0, experiment.window_days)
    if experiment.rolling:
        found: tuple[Column, ...] = (whole,)
    else:
        most = experiment.window_days
        days = [min((look - experiment.starts_on).days, most) for look in so_far]
        found = tuple(Column(f"look_{n}", 0, day) for n, day in enumerate(days, start=1))
    return (*found, past) if experiment.before_days else found


def _sums(
    experiment: Experiment, columns: tuple[Column, ...], *, until: date
) -> dict[str, Moments]:
    """The sums of those whose window is over, and who are one person in one arm."""
    last = until - timedelta(days=experiment.window_days if experiment.rolling else 1)
    rows, given = (
        _everybody(experiment) if experiment.is_programme else _drawn(experiment, last)
    )
    contacts = queries.contacts_sql()
    with bridge.assigned(rows, given, contacts=contacts) as opened:
        db, first, latest = opened
        if first is None or latest is None:
            return {}
        wanted = queries.wanted(
            experiment.outcome,
            columns,
            margin=float(experiment.margin or 0),
            contacts=bool(contacts),
        )
        return bridge.moments(db, wanted, first=first, last=latest)


def _drawn(experiment: Experiment, last: date) -> tuple[str, list[Any]]:
    """Who was assigned up to a day."""
    rows = (
        "select x.customer_id, x.arm, x.assigned_on as day, %s::int as span "
        "from experiments_assignment x join customers_customer c on c.id = x.customer_id "
        "where x.experiment_id = %s and not x.crossed and x.assigned_on <= %s "
        "and c.state not in ('merged', 'erased')"
    )
    return rows, [experiment.window_days, experiment.pk, last]


def _everybody(experiment: Experiment) -> tuple[str, list[Any]]:
    """Everybody on file by hash: who is left out of all marketing, and who is not."""
    arm = arm_sql(place_sql("%s", "c.id"), [each.key for each in experiment.all_arms])
    ends = split_of(experiment.salt, experiment.all_arms).ends[:-1]
    rows = (
        f"select c.id as customer_id, {arm} as arm, %s::date as day, %s::int as span "
        "from customers_customer c where c.state not in ('merged', 'erased')"
    )
    placed = [each for end in ends for each in (experiment.salt, end)]
    return rows, [*placed, experiment.starts_on, experiment.window_days]


def _watch(experiment: Experiment, sums: Mapping[str, Moments]) -> Watch:
    """What the always-valid interval is made for; a wrong guess costs width, never truth."""
    size = experiment.planned_size or PLANNED
    held = max(1, round(size * experiment.control_share))
    deviation = experiment.deviation
    if not deviation and CONTROL in sums and sums[CONTROL].n > 1:
        deviation = math.sqrt(sums[CONTROL].variance("outcome"))
    return Watch(treated=max(1, size - held), control=held, deviation=deviation or 1.0)


def _effects(body: Mapping[str, Any]) -> dict[str, Effect]:
    return {name: effect_of(stored) for name, stored in body["effects"].items()}


def _asked(experiment: Experiment) -> Asked:
    return Asked(
        arms=experiment.all_arms,
        outcome=experiment.outcome,
        margin=float(experiment.margin) if experiment.margin is not None else None,
        fixed_cost=float(experiment.fixed_cost),
        cost_each=float(experiment.cost_each),
    )


def _kept(
    experiment: Experiment,
    judged: Judged,
    look: int,
    until: date,
    *,
    crossed: int,
    is_final: bool,
    at: datetime,
) -> Reading:
    main = judged.main

    def bound(value: float | None) -> float | None:
        return value if value is not None and math.isfinite(value) else None

    return Reading.objects.create(
        experiment=experiment,
        look=look,
        at=at,
        until=until,
        is_final=is_final,
        code=judged.code,
        difference=main.difference if main else None,
        low=bound(main.low if main else None),
        high=bound(main.high if main else None),
        standard_error=main.standard_error if main else None,
        body=judged.body | {"crossed": crossed},
    )

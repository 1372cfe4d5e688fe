"""A year of experiments lived through the product: planned, drawn, bought, read each week."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from tests.server.experiments.conftest import Many, Planned

from regulars.server.experiments import actions, queries
from regulars.server.experiments.models import Experiment, Reading
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.drill, pytest.mark.django_db]
MONTHS, AT_ONCE, EACH, SHARE = 12, 20, 300, 0.3
START = TODAY - timedelta(days=28 * MONTHS + 7)
EXTRA = 6.0  # yuan a week that the treated of every second experiment spend more


def test_a_years_intervals_hold_the_truth_at_every_look(
    many: Many, planned: Planned, spent: Any
) -> None:
    ids = many(AT_ONCE * EACH)
    begun = [_begun(month, ids, planned) for month in range(MONTHS)]
    _bought(ids, begun, spent)

    for day in range(28 * MONTHS + 2):
        on = START + timedelta(days=day)
        actions.read_all(by=TESTS, at=NOON + (on - TODAY))

    held = looked = ends = last = claimed = nothing = 0
    for n, one in enumerate(one for month in begun for one in month):
        truth = EXTRA if n % 2 else 0.0
        readings = queries.readings(one)
        inside = [_holds(each, truth * each.look) for each in readings]
        assert len(readings) == 4
        held, looked, ends = held + all(inside), looked + 1, ends + inside[-1]
        if not truth:
            nothing += 1
            claimed += any(each.code in ("worked", "worked_at_a_loss") for each in readings)
        last += Experiment.objects.get(pk=one.pk).state == "closed"

    error = math.sqrt(0.95 * 0.05 / looked)
    print(  # noqa: T201 - a drill prints its figure
        f"\na simulated year: {looked} experiments of {EACH} customers, 4 looks each: truth "
        f"inside at every look {held / looked:.1%}, at the end {ends / looked:.1%} (95 % "
        f"promised, standard error {error:.1%}); of {nothing} without any effect "
        f"{claimed} were said to work"
    )
    assert last == looked == MONTHS * AT_ONCE
    assert held / looked > 0.95 - 3 * error
    assert claimed / nothing < 0.05 + 3 * math.sqrt(0.95 * 0.05 / nothing)


def _begun(month: int, ids: Sequence[int], planned: Planned) -> list[Experiment]:
    """Twenty experiments begin on one day, each with customers of its own."""
    on = START + timedelta(days=28 * month)
    order = np.random.default_rng(month).permutation(ids)
    made = []
    for n in range(AT_ONCE):
        one = planned(name=f"{on} {n}", starts_on=on, share=SHARE)
        people = [int(pk) for pk in order[n * EACH : (n + 1) * EACH]]
        actions.assign(one, people, by=TESTS, at=NOON + (on - TODAY))
        made.append(one)
    return made


def _bought(ids: Sequence[int], begun: list[list[Experiment]], spent: Any) -> None:
    """Everybody buys week after week as they always do; some of the treated a little more."""
    rng = np.random.default_rng(7)
    weeks = np.arange(-13, 4 * MONTHS)
    place = {pk: n for n, pk in enumerate(ids)}
    usual = rng.gamma(2.0, 40.0, len(ids))[:, None]
    amounts = usual * rng.gamma(4.0, 0.25, (len(ids), len(weeks)))
    for month, experiments in enumerate(begun):
        for one in experiments[1::2]:
            arms = queries.arms_of(one, ids)
            treated = [place[pk] for pk, arm in arms.items() if arm != "control"]
            first = 13 + 4 * month
            amounts[np.ix_(treated, range(first, first + 4))] += EXTRA
    days = [START + timedelta(days=int(week) * 7 + 2) for week in weeks]
    spent(
        np.repeat(ids, len(weeks)), days * len(ids), (amounts * 100).round().astype(int).ravel()
    )


def _holds(reading: Reading, truth: float) -> bool:
    low = -math.inf if reading.low is None else reading.low
    high = math.inf if reading.high is None else reading.high
    return low <= truth <= high

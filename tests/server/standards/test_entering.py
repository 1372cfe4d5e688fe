"""Whoever enters a stage enters its treatment, once."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from regulars.server.core import scope
from regulars.server.customers import actions as customers
from regulars.server.reception.models import Arrival
from regulars.server.scoring.models import Run
from regulars.server.standards import actions, queries
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
SPRING = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(20)]


@pytest.fixture
def two_runs(as_system: Cast) -> tuple[Run, Run]:
    """Li bought each week until May; by November she is silent. Qian goes on."""
    bought(as_system, as_system.li, *SPRING)
    bought(
        as_system, as_system.qian, *(date(2026, 1, 5) + timedelta(weeks=n) for n in range(46))
    )
    for who in (as_system.li, as_system.qian):
        has_balance(as_system, who, (date(2026, 1, 1), 900_000_00))
    before = scored(as_system, as_of=date(2026, 5, 20))
    after = scored(as_system)
    scope.set_scope(scope.EVERYBODY)
    return before, after


def entries(runs: tuple[Run, Run]) -> dict[int, queries.Entry]:
    before, after = runs
    return {entry.customer_id: entry for entry in queries.entering(after, before, day=TODAY)}


def test_who_fell_silent_enters_the_treatment_of_her_stage(
    as_system: Cast, two_runs: tuple[Run, Run]
) -> None:
    entry = entries(two_runs)[as_system.li.pk]

    assert entry.stage in ("dormant", "lost")
    assert entry.treatment.stage == entry.stage
    assert entry.cycle == f"{entry.stage}:{TODAY}"
    assert as_system.qian.pk not in entries(two_runs)


def test_a_treatment_that_is_off_makes_nobody_enter(
    as_system: Cast, two_runs: tuple[Run, Run]
) -> None:
    stage = entries(two_runs)[as_system.li.pk].stage
    actions.start_draft(by=as_system.ana, at=NOON)
    treatment = queries.before_versions().treatments[stage]
    actions.change_treatment(replace(treatment, is_on=False), by=as_system.ana, at=NOON)
    actions.adopt(number=1, seen=None, from_day=TODAY, note="", by=as_system.lin, at=NOON)

    assert as_system.li.pk not in entries(two_runs)


def test_the_first_run_makes_nobody_enter(as_system: Cast, two_runs: tuple[Run, Run]) -> None:
    assert queries.entering(two_runs[1], None, day=TODAY) == []


def test_who_refused_profiling_enters_nothing(
    as_system: Cast, two_runs: tuple[Run, Run]
) -> None:
    customers.change_customer(as_system.li, by=TESTS, at=NOON, no_profiling=True)

    assert as_system.li.pk not in entries(two_runs)


def test_who_came_after_our_midnight_enters_though_it_was_the_day_before_elsewhere(
    as_system: Cast,
) -> None:
    first_day = TODAY - timedelta(days=14)
    one_o_clock = datetime.combine(first_day, time(1), ZoneInfo("Asia/Shanghai"))
    Arrival.objects.create(
        customer=as_system.zhou, way=Arrival.Way.FORM, was_new=True, at=one_o_clock
    )

    found = queries.entering(None, None, day=TODAY)

    assert [(e.customer_id, e.on) for e in found] == [(as_system.zhou.pk, first_day)]

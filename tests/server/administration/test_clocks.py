"""Schedules where clocks are changed: each date has its run, once, at its hour or after it.

Promise 28. The decision takes the time from the database, so that a worker whose clock is
wrong neither runs too early nor twice.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine

from regulars.server.administration import rules
from regulars.server.administration.actions import nightly
from regulars.server.administration.jobs import watch_the_clock
from regulars.server.channels.rules.hours import Quiet, opens_at
from regulars.server.core import queries as core
from regulars.server.core.audit import NIGHTLY
from regulars.server.core.models import Company, Job
from regulars.testing.cast import NOON, Cast

# Zone, the year from which two are walked, and an hour that its changes of clocks touch.
ZONES = (
    ("Asia/Shanghai", 1989, time(2, 30)),  # on 1990-04-15 there is no 02:30
    ("Africa/Cairo", 2023, time(0, 0)),  # the clocks jump over midnight
    ("Pacific/Apia", 2011, time(5, 0)),  # 2011-12-30 does not exist
    ("America/New_York", 2025, time(2, 30)),
    ("America/Los_Angeles", 2025, time(1, 30)),
    ("America/Sao_Paulo", 2017, time(0, 0)),
    ("America/St_Johns", 2025, time(2, 0)),
    ("America/Havana", 2025, time(0, 30)),
    ("Europe/London", 2025, time(1, 30)),
    ("Europe/Berlin", 2025, time(2, 30)),
    ("Europe/Moscow", 2010, time(2, 0)),
    ("Asia/Tehran", 2021, time(0, 0)),
    ("Asia/Kathmandu", 2025, time(5, 0)),
    ("Asia/Amman", 2021, time(0, 0)),
    ("Asia/Tokyo", 2025, time(5, 0)),
    ("Australia/Lord_Howe", 2025, time(2, 15)),
    ("Australia/Sydney", 2025, time(2, 30)),
    ("Pacific/Auckland", 2025, time(2, 30)),
    ("Pacific/Chatham", 2025, time(3, 0)),
    ("Antarctica/Troll", 2025, time(2, 0)),
)
QUIET = Quiet(time(21, 0), time(8, 0))


def minutes(zone: ZoneInfo, year: int, *, step: int = 1) -> Iterator[datetime]:
    """Every so many minutes of two years."""
    at = datetime(year, 1, 1, tzinfo=UTC)
    stop = datetime(year + 2, 1, 1, tzinfo=UTC)
    while at < stop:
        yield at
        at += timedelta(minutes=step)


def walk(zone: ZoneInfo, year: int, hour: time, *, step: int = 1) -> tuple[int, int, int]:
    """Dates without a run, runs beside their date's first, runs before the hour."""
    runs: Counter[date] = Counter()
    kept: set[str] = set()
    dates: dict[date, int] = Counter()
    early = 0
    for at in minutes(zone, year, step=step):
        local = at.astimezone(zone)
        dates[local.date()] += 1
        key = rules.nightly_key(local.date())
        if rules.is_due(local, nightly_at=hour) and key not in kept:
            kept.add(key)
            runs[local.date()] += 1
            early += local.time() < hour
    inside = sorted(dates)[1:-1]  # the first and last are cut by the span
    missed = sum(runs[day] == 0 for day in inside)
    return missed, sum(count - 1 for count in runs.values()), early


@pytest.mark.parametrize(("name", "year", "hour"), ZONES[:3])
def test_a_change_of_clocks_costs_no_run_and_makes_none_twice(
    name: str, year: int, hour: time
) -> None:
    assert walk(ZoneInfo(name), year, hour, step=15) == (0, 0, 0)


def test_a_message_never_leaves_in_quiet_hours_on_a_night_of_changed_clocks() -> None:
    for name, year, _hour in ZONES:
        zone = ZoneInfo(name)
        for at in minutes(zone, year, step=24 * 60 + 35):
            opens = opens_at([QUIET], at=at, zone=zone)
            assert opens is not None
            assert opens >= at
            assert not QUIET.holds(opens.astimezone(zone).time()), (name, at)


def test_a_worker_whose_clock_is_wrong_neither_runs_early_nor_twice(cast: Cast) -> None:
    truth = core.database_time()
    midday = f"Etc/GMT{truth.astimezone(UTC).hour - 12:+d}"
    local = truth.astimezone(ZoneInfo(midday))
    soon = (local + timedelta(minutes=5)).time()
    Company.objects.update(time_zone=midday, nightly_at=soon)
    fast(minutes=10)
    assert not Job.objects.exists()

    Company.objects.update(nightly_at=local.time())
    for wrong in (-10, 10, -60):
        fast(minutes=wrong)

    assert Job.objects.get().once_key == rules.nightly_key(local.date())


def fast(*, minutes: int) -> None:
    """The worker's minute, by a clock that is so far ahead."""
    with time_machine.travel(core.database_time() + timedelta(minutes=minutes)):
        watch_the_clock(0)


def test_a_company_that_moves_to_another_zone_keeps_one_run_a_date(cast: Cast) -> None:
    for zone in ("Asia/Shanghai", "America/Los_Angeles", "Pacific/Auckland", "Asia/Shanghai"):
        Company.objects.update(time_zone=zone)
        nightly.start_if_due(by=NIGHTLY, at=NOON)

    keys = list(Job.objects.values_list("once_key", flat=True))
    assert len(keys) == len(set(keys))


@pytest.mark.drill
def test_every_minute_of_two_years_in_twenty_zones() -> None:
    """Promise 28."""
    walked = missed = doubled = early = 0
    for name, year, hour in ZONES:
        zone = ZoneInfo(name)
        found = walk(zone, year, hour)
        missed, doubled, early = (
            missed + found[0],
            doubled + found[1],
            early + found[2],
        )
        walked += 1
    print(  # noqa: T201
        f"\n{walked} zones x 2 years, minute by minute: {missed} dates without a run, "
        f"{doubled} runs twice, {early} before their hour"
    )
    assert (missed, doubled, early) == (0, 0, 0)

"""How long does the morning run take, stage by stage, and how much memory?

In the bank of `care_home`: the first morning ever, when everybody's standard is due at once;
the next one, after people worked their lists; and the same morning once more, which must
create nothing. Processor seconds of this process and of the database stand beside the wall's.

    python -m benchmarks mornings [--customers 10000000] [--managers 2000] [--home DIR]
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import care_home, past
from benchmarks import customer_list as base
from benchmarks.goals import Finding, Goal, found

CUSTOMERS = 10_000_000  # that the goal names
USUAL = Goal("a morning run after a worked day, 10 million customers", most=300, unit="s")
TWICE = Goal("tasks that the same morning once more creates", most=0)
GOALS = (USUAL, TWICE)
OPTIONS = ("--no-search", "--days=190")
TICK = os.sysconf("SC_CLK_TCK")
CARE = "regulars.server.care"
STAGES = {
    f"{CARE}.actions.rows": (
        "expire", "drop_refused", "drop_settled", "drop_mended", "release_helped",
        "follow_books", "bring_back", "write", "move", "cut",
    ),
    f"{CARE}.actions.plan": ("detect_all", "settle", "alarm", "close_channels"),
    f"{CARE}.actions.finding": ("judged", "weigh", "_named", "_ask_for_files"),
    f"{CARE}.actions.pacing": ("capped", "enter", "news", "rested"),
    f"{CARE}.queries.morning": ("subjects", "existing", "tallies"),
    f"{CARE}.queries.morning.happenings": (
        "agreed", "from_events", "from_holdings", "dated", "measured", "silent", "every",
        "filed", "turned",
    ),
}  # fmt: skip


class Watch:
    """Wall seconds of named stages."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)

    def wrap(self, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*given: Any, **named: Any) -> Any:
            began = time.perf_counter()
            try:
                answer = work(*given, **named)
                return list(answer) if isinstance(answer, Iterator) else answer
            finally:
                self.spent[name] += time.perf_counter() - began

        return timed

    def put(self) -> None:
        """Stand beside every stage of the morning run."""
        for place, names in STAGES.items():
            module = importlib.import_module(place)
            for name in names:
                setattr(module, name, self.wrap(name.strip("_"), getattr(module, name)))
        finding = importlib.import_module(f"{CARE}.actions.finding")
        for code, (read, judge) in list(finding.REGISTERS.items()):
            finding.REGISTERS[code] = (self.wrap(f"  read {code}", read), judge)


def main(arguments: list[str] | None = None) -> Iterator[Finding]:
    """Fill, score, plan, print."""
    parser = argparse.ArgumentParser(prog="benchmarks mornings")
    care_home.options(parser)
    parser.add_argument("--once", action="store_true", help="score once less: no new figures")
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(asked.home or folder)
        cluster = care_home.opened(asked, str(root))
        try:
            yield from measured(cluster, once=asked.once)
        finally:
            cluster.stop()


def measured(cluster: Any, *, once: bool = False) -> Iterator[Finding]:
    from regulars.server.care.models import PlanRun
    from regulars.server.core import queries as core
    from regulars.server.core import scope

    with scope.everything():
        calendar, today = core.work_calendar(), core.local_date(datetime.now(UTC))
        worked = workday_before(calendar, today)
        begun = PlanRun.objects.filter(day=worked).exists()
    watch = Watch()
    watch.put()
    base.as_application(cluster)
    if not begun:
        scored(today.replace(day=1) - timedelta(days=1))
        scored(worked - timedelta(days=1))
        past.written(worked)
        morning("the first morning ever", worked, cluster, watch)
        past.worked(worked)
        if not once:
            scored(today - timedelta(days=1))
    usual, _made = morning("a morning after a worked day", today, cluster, watch)
    _again, made = morning("the same morning once more", today, cluster, watch)
    yield found(USUAL, usual, f"load {os.getloadavg()[0]:.1f}")
    yield found(TWICE, made)


def workday_before(calendar: Any, day: date) -> date:
    day -= timedelta(days=1)
    while not calendar.is_workday(day):
        day -= timedelta(days=1)
    return day


def scored(as_of: date) -> None:
    """Score and tier everybody, unless that was done."""
    from regulars.server.core import scope
    from regulars.server.core.audit import System
    from regulars.server.scoring import actions as scoring
    from regulars.server.scoring.models import Run
    from regulars.server.tiers import actions as tiers

    with scope.everything():
        if Run.objects.filter(as_of=as_of, is_published=True, state="done").exists():
            return
    by, at = System("bench"), early(as_of + timedelta(days=1))

    def work() -> None:
        run = scoring.run_scoring(by=by, at=at, as_of=as_of, publish=True)
        with scope.everything():
            tiers.assign(run, by=by, at=at)

    base.timed(f"scored as of {as_of}", work)


def morning(name: str, day: date, cluster: Any, watch: Watch) -> tuple[float, int]:
    """Plan a day; print what it made and what it took."""
    from regulars.server.care import actions
    from regulars.server.core.audit import System

    watch.spent.clear()
    began, ours, theirs = time.perf_counter(), own_seconds(), database_seconds(cluster)
    made = actions.plan(day=day, by=System("bench"), at=early(day))
    wall = time.perf_counter() - began
    ours, theirs = own_seconds() - ours, database_seconds(cluster) - theirs
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
    counts = {key: value for key, value in made.counts.items() if key != "by_trigger"}
    print(f"\n{name}, {day}: {wall:.1f} s on the wall, processors {ours:.1f} s here and "
          f"{theirs:.1f} s in the database, peak {peak:.2f} GB here, load "
          f"{os.getloadavg()[0]:.1f}\n  {counts}\n  {made.counts['by_trigger']}")  # fmt: skip
    for stage, seconds in sorted(watch.spent.items(), key=lambda each: -each[1]):
        if seconds >= 0.05:
            print(f"  {stage:28} {seconds:8.2f} s")
    print("", end="", flush=True)
    return wall, int(made.counts["tasks"])


def early(day: date) -> datetime:
    """Six in the morning of a day in Shanghai."""
    before = day - timedelta(days=1)
    return datetime(before.year, before.month, before.day, 22, tzinfo=UTC)


def own_seconds() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


def database_seconds(cluster: Any) -> float:
    """Processor seconds of the database's main process, its ended and its living children."""
    main = int((cluster.data / "postmaster.pid").read_text().split()[0])
    total = 0.0
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(folder.name) == main:
            total += sum(map(int, words[11:15]))
        elif int(words[1]) == main:
            total += sum(map(int, words[11:13]))
    return total / TICK

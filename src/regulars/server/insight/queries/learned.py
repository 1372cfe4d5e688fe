"""What was learned after a run: its cards, what was skipped, and how far the learning is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Job, Person
from regulars.server.insight import rules
from regulars.server.insight.rules import Verdict
from regulars.server.scoring import bridge
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run

# The scores that have a card of their own, in the order of the page.
CARDS = ("churn", "ranking", "next", "potential", "quarter")
JUDGES = {
    "churn": rules.churn_verdict,
    "ranking": rules.ranking_verdict,
    "next": rules.next_verdict,
    "potential": rules.potential_verdict,
    "quarter": rules.quarter_verdict,
}


@dataclass(frozen=True)
class Learned:
    """The cards of a run by code. `job` is the learning under way or the one that failed."""

    cards: Mapping[str, Any] = field(default_factory=dict)
    skipped: Mapping[str, str] = field(default_factory=dict)
    seconds: Mapping[str, float] = field(default_factory=dict)
    job: Job | None = None
    possible: bool = False  # the run still has the files to learn from

    @property
    def is_known(self) -> bool:
        return bool(self.cards or self.skipped)

    @property
    def is_under_way(self) -> bool:
        return self.job is not None and self.job.state != Job.State.FAILED

    def verdict(self, code: str) -> Verdict:
        """What a card comes to, or why there is none."""
        if code in self.cards:
            return JUDGES[code](self.cards[code])
        if code in self.skipped:
            return Verdict.SKIPPED
        return Verdict.LEARNING if self.is_under_way else Verdict.MISSING


@dataclass(frozen=True)
class Part:
    """What the customers of one branch brought in the last quarter, and will in the next."""

    code: str
    name: str
    before: float
    revenue: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Check:
    """An earlier forecast of a quarter, beside what came."""

    start: date
    stop: date  # the last day
    revenue: float
    low: float | None
    high: float | None
    came: float

    @property
    def error(self) -> float | None:
        return rules.ratio(self.revenue - self.came, self.came)

    @property
    def is_inside(self) -> bool | None:
        """Whether the interval held; None where there was none."""
        if self.low is None or self.high is None:
            return None
        return self.low <= self.came <= self.high


@dataclass(frozen=True)
class Outlook:
    """The forecast of the next quarter for the branches that somebody may see.

    The parts share one ratio and one interval, so that their sums are the whole's.
    """

    start: date
    stop: date  # the last day
    before: float
    revenue: float
    low: float | None
    high: float | None
    parts: tuple[Part, ...]


def learned_of(run: Run) -> Learned:
    """Read what was learned after a run."""
    return learned_of_all([run])[run.pk]


def learned_of_all(runs: Sequence[Run]) -> dict[int, Learned]:
    """The same of several runs, by their keys."""
    asked = Job.objects.filter(
        kind=scoring.LEARNING, subject__in=[run.public_id for run in runs]
    )
    newest = {job.subject: job for job in asked.order_by("pk")}
    return {run.pk: _read(run, newest.get(run.public_id)) for run in runs}


def _read(run: Run, job: Job | None) -> Learned:
    found = run.result.get("learned") or {}
    return Learned(
        cards=found.get("cards") or {},
        skipped=found.get("skipped") or {},
        seconds=found.get("seconds") or {},
        job=None if job is None or job.state == Job.State.DONE else job,
        possible=run.state == Run.State.DONE and (scoring.folder(run) / bridge.FILES).exists(),
    )


def outlook(viewer: Person, run: Run, *, branch: str = "") -> Outlook | None:
    """The forecast for a viewer's branches; None where nothing could be forecast."""
    card = learned_of(run).cards.get("quarter")
    if not card or card["revenue"] is None:
        return None
    parts = _parts(viewer, card["groups"], branch)
    whole = viewer.scope.everything and not branch
    before, revenue, low, high = (
        (card["before"], card["revenue"], card["low"], card["high"])
        if whole
        else _summed(parts)
    )
    start, stop = (date.fromisoformat(card[name]) for name in ("start", "stop"))
    return Outlook(start, _day_before(stop), before, revenue, low, high, parts)


def _parts(
    viewer: Person, groups: Mapping[str, Sequence[float | None]], branch: str
) -> tuple[Part, ...]:
    named = {unit.code: str(unit) for unit in core.branches(viewer)}
    return tuple(
        Part(code, named[code], before or 0.0, revenue or 0.0, low, high)
        for code, (before, revenue, low, high) in sorted(groups.items())
        if code in named and branch in ("", code)
    )


def _summed(parts: Sequence[Part]) -> tuple[float, float, float | None, float | None]:
    low = [part.low for part in parts if part.low is not None]
    high = [part.high for part in parts if part.high is not None]
    return (
        sum(part.before for part in parts),
        sum(part.revenue for part in parts),
        sum(low) if low else None,
        sum(high) if high else None,
    )


def checks(run: Run) -> tuple[Check, ...]:
    """Earlier forecasts of the whole company whose quarter is over, the latest first."""
    found = (learned_of(run).cards.get("checks") or {}).get("quarters") or []
    return tuple(
        Check(
            date.fromisoformat(each["start"]),
            _day_before(date.fromisoformat(each["stop"])),
            each["revenue"],
            each["low"],
            each["high"],
            each["came"],
        )
        for each in found
    )


def _day_before(day: date) -> date:
    return date.fromordinal(day.toordinal() - 1)

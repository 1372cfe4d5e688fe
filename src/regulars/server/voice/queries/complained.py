"""You said, we did, of complaints: whether those of one kind or cause come more seldom since.

A kind is known from the first word on; what a complaint came from, once it is closed. While
more than a few of the days compared are open, no cause is said to have come more seldom.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import QuerySet

from regulars.server.complaints import queries as complaints
from regulars.server.complaints.models import Case, Entry
from regulars.server.core.models import Person
from regulars.server.voice.models import Improvement
from regulars.server.voice.queries.surveys import policy
from regulars.server.voice.rules import counts, scores
from regulars.server.voice.rules.counts import Rate

BEFORE, AFTER = "before", "after"
SIDES = (BEFORE, AFTER)


@dataclass(frozen=True)
class Side:
    """The complaints of the days on one side of a change.

    Attributes
    ----------
    rate
        Of the kind or cause, for a thousand customers a month.
    all, open
        All that came on these days; of a cause, how many of them are open and name none yet.
    """

    rate: Rate
    all: int
    open: int


@dataclass(frozen=True)
class Fall:
    """What became of complaints since something was changed; as many days on both sides."""

    done: Improvement
    entry: Entry
    days: int
    before: Side | None = None
    after: Side | None = None

    @property
    def open(self) -> int:
        return sum(side.open for side in (self.before, self.after) if side)

    @property
    def verdict(self) -> str:
        """ "early", "waits", "few", "fell", "rose" or "unclear"."""
        if self.before is None or self.after is None:
            return "early"
        for side in (self.before, self.after):
            if side.open > scores.FEW * side.all:
                return "waits"
        return counts.verdict(self.before.rate.n, self.after.rate.n)


@dataclass(frozen=True)
class ToldEntry:
    """What complaints are about or came from: how many lately, and what was done for it."""

    entry: Entry
    cases: int
    falls: tuple[Fall, ...]


def told_complaints(viewer: Person, today: date) -> list[ToldEntry]:
    """Causes of complaints of the last days, and whatever something was done for."""
    done: dict[Entry, list[Improvement]] = defaultdict(list)
    found = Improvement.objects.filter(complaint__isnull=False, cause__isnull=True)
    for each in found.select_related("complaint"):
        if each.complaint is not None:
            done[each.complaint].append(each)
    causes = complaints.causes(every=True)
    wanted = [*causes, *(entry for entry in done if entry not in causes)]
    customers = complaints.active_customers(viewer) if done else 0
    since = today + timedelta(days=1 - policy().compare_days)
    rows = [
        ToldEntry(
            entry,
            complaints.named(viewer, entry, since, today + timedelta(days=1)).count(),
            tuple(fall(viewer, one, today, customers) for one in done.get(entry, ())),
        )
        for entry in wanted
    ]
    told = [row for row in rows if row.cases or row.falls]
    return sorted(told, key=lambda row: (not row.falls, -row.cases, row.entry.pk))


def fall(viewer: Person, done: Improvement, today: date, customers: int) -> Fall:
    """The complaints before and since; `customers` are those that the rates count on."""
    entry, days = done.complaint, _days(done, today)
    assert entry is not None
    if days <= 0:
        return Fall(done, entry, 0)
    before, after = (_side(viewer, done, side, days, customers) for side in SIDES)
    return Fall(done, entry, days, before, after)


def cases_of(
    viewer: Person, done: Improvement, *, side: str, part: str, today: date
) -> QuerySet[Case]:
    """The complaints of one side: of the kind or cause, or all that are open."""
    first, stop = _span(done, side, _days(done, today))
    assert done.complaint is not None
    if part == "open":
        found = complaints.unexplained(viewer, first, stop)
    else:
        found = complaints.named(viewer, done.complaint, first, stop)
    return found.order_by("-received_at", "-pk")


def cases_lately(viewer: Person, entry: Entry, today: date) -> QuerySet[Case]:
    """The complaints that the number beside a cause counts."""
    since = today + timedelta(days=1 - policy().compare_days)
    found = complaints.named(viewer, entry, since, today + timedelta(days=1))
    return found.order_by("-received_at", "-pk")


def _side(viewer: Person, done: Improvement, side: str, days: int, customers: int) -> Side:
    first, stop = _span(done, side, days)
    assert done.complaint is not None
    n = complaints.named(viewer, done.complaint, first, stop).count()
    whole = complaints.taken_in(viewer, first, stop).count()
    known_later = done.complaint.list == Entry.List.CAUSE
    waits = complaints.unexplained(viewer, first, stop).count() if known_later else 0
    return Side(Rate(n, customers, days), whole, waits)


def _span(done: Improvement, side: str, days: int) -> tuple[date, date]:
    """The days `[first, stop)`; the last of them is over."""
    span = timedelta(days=days)
    first = done.since - span if side == BEFORE else done.since
    return first, first + span


def _days(done: Improvement, today: date) -> int:
    return min(policy().compare_days, (today - done.since).days)

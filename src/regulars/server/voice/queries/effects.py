"""You said, we did: whether a cause comes up less since something was changed for it.

An answer counts once it is known whether it names the cause: a low score whose loop is open
names none yet, and an old answer of a file opened no loop at all. Both are left out of both
windows; while more than a few wait, nothing is claimed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, F, Q

from regulars.server.complaints import queries as complaints
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.voice.models import Answer, Cause, Improvement, Loop, OfCustomers, Question
from regulars.server.voice.queries.complained import Fall, fall
from regulars.server.voice.queries.loops import causes
from regulars.server.voice.queries.surveys import policy
from regulars.server.voice.rules import NEWS, scores
from regulars.server.voice.rules.gaps import PAIRS
from regulars.server.voice.rules.scores import Change, Score

BEFORE, AFTER = "before", "after"
SIDES = (BEFORE, AFTER)
WAITS = Q(loop__kind=Loop.Kind.DETRACTOR) & ~Q(loop__state=Loop.State.DONE)


@dataclass(frozen=True)
class Told:
    """One cause: how often it came up, and what was done for it."""

    cause: Cause
    loops: int
    improvements: tuple[Effect, ...]


@dataclass(frozen=True)
class Window:
    """The days on one side of a change.

    Attributes
    ----------
    score
        Of the answers of which it is known, how many named the cause.
    named, open
        How many named it; how many low scores are still to be dealt with.
    """

    score: Score | None
    named: int
    open: int


@dataclass(frozen=True)
class Effect:
    """Something that was changed, and the share of answers with its cause before and since.

    Attributes
    ----------
    before, after
        As many days on both sides; None on the first day.
    change
        The difference with its interval; None while one side has no answer.
    fall
        The same of complaints, where it was done for a kind or a cause of these, too.
    """

    done: Improvement
    days: int
    before: Window | None = None
    after: Window | None = None
    fall: Fall | None = None

    @property
    def change(self) -> Change | None:
        if not (self.before and self.after and self.before.score and self.after.score):
            return None
        return scores.change(self.before.score, self.after.score)

    @property
    def open(self) -> int:
        return sum(side.open for side in (self.before, self.after) if side)

    @property
    def verdict(self) -> str:
        """ "waits" while too many low scores are open; "fell", "rose" or "unclear"."""
        sides = [(side.open, side.score) for side in (self.before, self.after) if side]
        if any(not scores.settled(open_, score) for open_, score in sides):
            return "waits"
        if self.change is None or not self.change.is_clear:
            return "unclear"
        return "fell" if self.change.value < 0 else "rose"


def told_causes(viewer: Person, today: date) -> list[Told]:
    """Causes with their loops and what was changed, the most frequent first."""
    named = Loop.objects.visible_to(viewer).filter(cause__isnull=False).order_by()
    counted = dict(named.values_list("cause").annotate(n=Count("pk")))
    told = causes(every=True).prefetch_related("improvements__complaint")
    both = any(done.complaint_id for each in told for done in each.improvements.all())
    customers = complaints.active_customers(viewer) if both else 0
    found = []
    for each in told:
        effects = tuple(
            _effect(viewer, done, today, customers) for done in each.improvements.all()
        )
        if each.is_active or counted.get(each.pk) or effects:
            found.append(Told(each, counted.get(each.pk, 0), effects))
    return sorted(found, key=lambda told: (-told.loops, told.cause.pk))


def improvement(public_id: str) -> Improvement | None:
    return Improvement.objects.filter(public_id=public_id).first()


def behind(
    viewer: Person, done: Improvement, *, side: str, part: str, today: date
) -> OfCustomers[Answer]:
    """The answers of one side: those that named the cause, those open, or all that count."""
    days = _days(done, today)
    found = _scored(viewer, done, side, days)
    if part == "open":
        found = found.filter(WAITS)
    elif part == "named":
        found = found.exclude(WAITS).filter(loop__cause=done.cause_id)
    else:
        found = found.exclude(WAITS)
    return found.select_related("customer", "branch", "taken_by", "version__survey")


def _effect(viewer: Person, done: Improvement, today: date, customers: int) -> Effect:
    days = _days(done, today)
    fell = fall(viewer, done, today, customers) if done.complaint_id else None
    if days <= 0:
        return Effect(done, 0, fall=fell)
    before, after = (_window(viewer, done, side, days) for side in SIDES)
    return Effect(done, days, before, after, fell)


def _days(done: Improvement, today: date) -> int:
    return min(policy().compare_days, (today - done.since).days)


def _window(viewer: Person, done: Improvement, side: str, days: int) -> Window:
    found = _scored(viewer, done, side, days)
    known = found.exclude(WAITS)
    named = known.filter(loop__cause=done.cause_id).count()
    return Window(scores.share(named, known.count()), named, found.filter(WAITS).count())


def _scored(viewer: Person, done: Improvement, side: str, days: int) -> OfCustomers[Answer]:
    """Answers of the days on one side with a score that could open a loop."""
    span = timedelta(days=days)
    first = done.since - span if side == BEFORE else done.since
    zone = core.time_zone()
    start, end = (datetime(d.year, d.month, d.day, tzinfo=zone) for d in (first, first + span))
    scored = Question.objects.filter(kind__in=("nps", "csat", *PAIRS))
    return Answer.objects.visible_to(viewer).filter(
        at__gte=start, at__lt=end, customer__isnull=False,
        learned_at__lte=F("at") + NEWS, version__in=scored.values("version"),
    )  # fmt: skip

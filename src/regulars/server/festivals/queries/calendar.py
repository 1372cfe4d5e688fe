"""The marketing calendar: a month or a week of everything that is planned, day by day."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, pgettext

from regulars.base.calendar import WorkCalendar, lunar, lunar_text
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.festivals.models import Plan
from regulars.server.festivals.queries.coming import coming
from regulars.server.outreach import queries as outreach
from regulars.server.outreach.rules import Planned

KINDS = {
    "festival": gettext_lazy("Festivals"),
    "campaign": gettext_lazy("Campaigns"),
    "salon": gettext_lazy("Salons"),
    "community": gettext_lazy("Communities"),
    "topic": gettext_lazy("News topics"),
    "post": gettext_lazy("Daily posts"),
    "journey": gettext_lazy("Journeys"),
}

FOLD = 2  # of one kind on one day stand by themselves in a month


@dataclass(frozen=True)
class Day:
    """One square: the day, its lunar name, whether people work, what is planned."""

    day: date
    label: str
    free: bool
    adjusted: bool  # a free weekday, or a worked weekend
    now: bool
    inside: bool  # of the month that is shown
    items: tuple[Planned, ...]


@dataclass(frozen=True)
class Month:
    """Whole weeks, with the days on which one goes on and back."""

    first: date
    weeks: tuple[tuple[Day, ...], ...]
    before: date
    after: date
    counts: dict[str, int]
    throughout: tuple[Planned, ...] = ()  # that fills every day shown, and is told once

    @property
    def days(self) -> Iterator[Day]:
        return (day for week in self.weeks for day in week if day.inside)


def planned(viewer: Person, first: date, last: date, kinds: Collection[str]) -> list[Planned]:
    """What is planned of some kinds; of all where none is chosen."""
    return [
        each
        for each in outreach.planned(viewer, first, last)
        if not kinds or each.kind in kinds
    ]


def month(viewer: Person, of: date, today: date, *, kinds: Collection[str] = ()) -> Month:
    """The month of a day, in whole weeks from Monday."""
    first = of.replace(day=1)
    after = (first + timedelta(days=32)).replace(day=1)
    start = first - timedelta(days=first.weekday())
    stop = after + timedelta(days=-after.weekday() % 7)
    return _spread(
        viewer, start, stop, today, kinds, (first, after),
        (first - timedelta(days=1)).replace(day=1), after, fold=True,
    )  # fmt: skip


def week(viewer: Person, of: date, today: date, *, kinds: Collection[str] = ()) -> Month:
    """The week of a day, from Monday."""
    start = of - timedelta(days=of.weekday())
    stop = start + timedelta(days=7)
    return _spread(
        viewer, start, stop, today, kinds, (start, stop), start - timedelta(days=7), stop
    )


def source(viewer: Person, first: date, last: date) -> Iterator[Planned]:
    """The festivals for the calendar of all features, planned or not."""
    today = first
    for each in coming(viewer, today, years=(last.year - first.year) + 1):
        if each.on <= last:
            yield _told(each.festival.code, str(each.festival), each.on, each.plan)


def _told(code: str, name: str, on: date, plan: Plan | None) -> Planned:
    if plan is None:
        url = reverse("festivals:make", args=[code, on.isoformat()])
        return Planned("festival", on, name, url, state=pgettext("festival", "no plan yet"))
    url = reverse("festivals:plan", args=[plan.public_id])
    state = "" if plan.state == Plan.State.DECIDED else str(plan.get_state_display())
    return Planned("festival", on, name, url, state=state)


def _spread(
    viewer: Person, start: date, stop: date, today: date, kinds: Collection[str],
    shown: tuple[date, date], before: date, after: date, *, fold: bool = False,
) -> Month:  # fmt: skip
    last = stop - timedelta(days=1)
    every = outreach.planned(viewer, start, last)
    counts = {kind: sum(each.kind == kind for each in every) for kind in KINDS}
    chosen = [each for each in every if not kinds or each.kind in kinds]
    throughout = [one for one in chosen if one.day <= start and (one.last or one.day) >= last]
    by_day: dict[date, list[Planned]] = defaultdict(list)
    for each in chosen:
        if each not in throughout:
            for day in _between(max(each.day, start), min(each.last or each.day, last)):
                by_day[day].append(each)
    work = core.work_calendar()
    squares = [
        _square(day, work, today, shown, _folded(by_day[day], day) if fold else by_day[day])
        for day in _between(start, last)
    ]
    weeks = tuple(tuple(squares[n : n + 7]) for n in range(0, len(squares), 7))
    return Month(shown[0], weeks, before, after, counts, tuple(throughout))


def _folded(items: Sequence[Planned], day: date) -> list[Planned]:
    """The items of a day in which many of one kind are one line that leads to the week."""
    counts = Counter(each.kind for each in items)
    many = [kind for kind, count in counts.items() if count > FOLD]
    found = [each for each in items if each.kind not in many]
    week = f"{reverse('festivals:calendar')}?view=week&day={day}"
    return found + [
        Planned(kind, day, f"{KINDS[kind]} × {counts[kind]}", f"{week}&kind={kind}")
        for kind in many
    ]


def _square(
    day: date,
    work: WorkCalendar,
    today: date,
    shown: tuple[date, date],
    items: Sequence[Planned],
) -> Day:
    free = not work.is_workday(day)
    return Day(
        day, _label(day), free, adjusted=free != (day.weekday() >= 5), now=day == today,
        inside=shown[0] <= day < shown[1], items=tuple(items),
    )  # fmt: skip


def _label(day: date) -> str:
    """The lunar day in Chinese, the first by its month; in English nothing."""
    if not (get_language() or "zh").startswith("zh"):
        return ""
    name, _sep, rest = lunar_text(day).partition("月")
    return f"{name}月" if lunar(day)[1] == 1 else rest


def _between(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(days=n) for n in range((last - first).days + 1))

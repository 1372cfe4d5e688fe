"""Figures of complaints in a span, and the cases behind each: one definition for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from regulars.server.complaints.models import Case, CaseQuerySet, Entry
from regulars.server.complaints.queries.clocks import clock
from regulars.server.complaints.queries.desk import PAGE, Shown, ranked, seen, shown
from regulars.server.complaints.queries.measures import (
    Span,
    behind,
    caused,
    causes_in,
    explained,
    span,
)
from regulars.server.complaints.rules import Rate, Timed, median
from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Assignment

SPANS = (1, 3, 12)  # months up to today
LEVEL, TYPE, PLACE = "level", "type", "place"
GROUPS = (LEVEL, TYPE, PLACE)
UNIT = Coalesce("customer__book__org_unit", "book__org_unit")
COLUMNS: Mapping[str, Any] = {LEVEL: F("level"), TYPE: F("type"), PLACE: UNIT}


@dataclass(frozen=True)
class Line:
    """The figures of one tier, type or place; `code` finds the cases behind them."""

    code: str
    name: str
    opened: int
    closed: int
    resolved: Timed
    answered: Timed
    upheld: int
    rate: Rate | None

    @property
    def late(self) -> int:
        return self.resolved.due - self.resolved.met


@dataclass(frozen=True)
class Answer:
    """How long the first answer took, by tier: working hours, from first word to answer."""

    code: str
    name: str
    hours: float | None
    slow: float | None  # nine in ten took no longer
    n: int


@dataclass(frozen=True)
class Cause:
    """How often something was the cause, now and in the span before."""

    code: str
    name: str
    n: int
    before: int

    @property
    def change(self) -> int:
        return self.n - self.before


@dataclass(frozen=True)
class Figures:
    """All of the page."""

    span: Span
    total: Line
    groups: Mapping[str, tuple[Line, ...]]
    answers: tuple[Answer, ...]
    causes: tuple[Cause, ...]
    reopened: int
    content: int
    discontent: int


def figures(viewer: Person, at: datetime, months: int) -> Figures:
    """Count what the viewer sees; shares of what was due, so that open ones count as late."""
    found, over = Case.objects.visible_to(viewer), span(at, months)
    customers = _customers(viewer)
    groups = {
        group: tuple(_lines(found, over, at, group, customers.get(group, {})))
        for group in GROUPS
    }
    counted = _counted(found, over, at)
    extra = found.order_by().aggregate(
        **{
            name: Count("pk", filter=behind(name, over, at))
            for name in ("reopened", "content", "discontent")
        }
    )
    return Figures(
        over,
        _line("", "", counted, Rate(counted["opened"], customers["all"][0], months)),
        groups,
        tuple(_answers(found, over, at)),
        tuple(_causes(found, over)),
        **extra,
    )


def cases(
    viewer: Person, at: datetime, *, months: int, measure: str, group: str, code: str,
    offset: int = 0,
) -> tuple[list[Shown], bool]:  # fmt: skip
    """One page of the cases behind a figure, and whether there is more."""
    found = of(viewer, at, months=months, measure=measure, group=group, code=code)
    rows = list(ranked(found, closed=True)[offset : offset + PAGE + 1])
    return shown(rows[:PAGE], at), len(rows) > PAGE


def of(
    viewer: Person, at: datetime, *, months: int, measure: str, group: str = "", code: str = ""
) -> CaseQuerySet:
    """The cases behind a figure."""
    found = seen(viewer).filter(behind(measure, span(at, months), at))
    if group in GROUPS and code.isdecimal() and len(code) < 18:
        found = found.annotate(of=COLUMNS[group]).filter(of=int(code))
    if group == "cause" and code.isdecimal() and len(code) < 18:
        found = found.filter(caused(measure, span(at, months), int(code)))
    return found


def named(viewer: Person, entry: Entry, start: date, stop: date) -> CaseQuerySet:
    """Cases taken in on the days `[start, stop)` that a line of one of the lists names.

    A cause is that of the last closing: one that is opened again keeps it meanwhile.
    """
    told = Q(type=entry) if entry.list == Entry.List.TYPE else explained(cause=entry)
    return taken_in(viewer, start, stop).filter(told)


def unexplained(viewer: Person, start: date, stop: date) -> CaseQuerySet:
    """Those that are open and were not closed before: nobody knows what they came from."""
    found = taken_in(viewer, start, stop).filter(state=Case.State.OPEN)
    return found.exclude(explained(cause__isnull=False))


def taken_in(viewer: Person, start: date, stop: date) -> CaseQuerySet:
    return seen(viewer).filter(received_on__gte=start, received_on__lt=stop)


def active_customers(viewer: Person) -> int:
    """How many customers a rate is counted on: those of today."""
    found = Customer.objects.visible_to(viewer)
    return found.filter(state=Customer.State.ACTIVE).count()


def _counted(found: CaseQuerySet, over: Span, at: datetime) -> dict[str, Any]:
    return found.order_by().aggregate(**_counts(over, at))


def _counts(over: Span, at: datetime) -> dict[str, Count]:
    names = ("opened", "closed", "on_time", "late", "answered", "answered_late", "upheld")
    return {name: Count("pk", filter=behind(name, over, at)) for name in names}


def _lines(
    found: CaseQuerySet, over: Span, at: datetime, group: str, customers: Mapping[int, int]
) -> list[Line]:
    grouped = found.order_by().annotate(of=COLUMNS[group]).values("of")
    rows: list[dict[str, Any]] = [dict(row) for row in grouped.annotate(**_counts(over, at))]
    named = _names(group, [row["of"] for row in rows])
    lines = []
    for row in rows:
        key = row["of"] or 0
        if not (row["opened"] or row["closed"]):
            continue
        held = customers.get(key)
        rate = Rate(row["opened"], held, over.months) if held else None
        lines.append(_line(str(key), named.get(key, "—"), row, rate))
    if group == LEVEL:
        return sorted(lines, key=lambda line: -int(line.code))
    return sorted(lines, key=lambda line: (-line.opened, line.name))


def _line(code: str, name: str, row: Mapping[str, Any], rate: Rate | None) -> Line:
    return Line(
        code,
        name,
        row["opened"],
        row["closed"],
        Timed(row["on_time"], row["on_time"] + row["late"]),
        Timed(row["answered"], row["answered"] + row["answered_late"]),
        row["upheld"],
        rate,
    )


def _names(group: str, keys: Sequence[int | None]) -> dict[int, str]:
    wanted = [key for key in keys if key]
    if group == LEVEL:
        return {0: "—"} | {level: str(name) for level, name in tiers.names_of_levels().items()}
    kind: Any = Entry if group == TYPE else OrgUnit
    return {pk: str(each) for pk, each in kind.objects.in_bulk(wanted).items()}


def _customers(viewer: Person) -> dict[str, dict[int, int]]:
    """Active customers now, by tier and place: what a complaint rate is counted on."""
    active = Customer.objects.visible_to(viewer).filter(state=Customer.State.ACTIVE).order_by()
    places = dict(
        active.values(of=F("book__org_unit")).annotate(n=Count("pk")).values_list("of", "n")
    )
    levels = dict(
        Assignment.objects.standing()
        .filter(customer__in=active.values("pk"))
        .order_by()
        .values("level")
        .annotate(n=Count("customer"))
        .values_list("level", "n")
    )
    everybody = sum(places.values())
    return {PLACE: places, LEVEL: levels, "all": {0: everybody}}


def _answers(found: CaseQuerySet, over: Span, at: datetime) -> list[Answer]:
    rows = found.filter(behind("told", over, at))
    hours: dict[int, list[float]] = {}
    work = clock().work
    told = rows.order_by("pk").values_list("level", "received_at", "first_answered_at")
    for level, heard, answered in told:
        assert answered is not None
        spent = work.between(heard, answered).total_seconds() / 3600
        hours.setdefault(level, []).append(spent)
    named = _names(LEVEL, list(hours))
    return [
        Answer(str(level), named.get(level, "—"), median(each), _ninth(each), len(each))
        for level, each in sorted(hours.items(), reverse=True)
    ]


def _ninth(values: Sequence[float]) -> float | None:
    ranked = sorted(values)
    return ranked[max(0, -(-len(ranked) * 9 // 10) - 1)] if ranked else None


def _causes(found: CaseQuerySet, over: Span) -> list[Cause]:
    now, before = causes_in(found, over), causes_in(found, over.before)
    named = Entry.objects.in_bulk(now.keys() | before.keys())
    lines = [
        Cause(str(pk), str(each), now.get(pk, 0), before.get(pk, 0))
        for pk, each in named.items()
    ]
    return sorted(lines, key=lambda line: (-line.n, -line.before, line.name))

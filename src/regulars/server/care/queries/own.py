"""Triggers of the company's own: which there are, and what one would bring today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from regulars.server.care.models import OwnTrigger, OwnVersion
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.catalogue import catalogue
from regulars.server.care.queries.morning import Sight
from regulars.server.care.queries.morning.own import members
from regulars.server.care.rules import Morning, detect, own
from regulars.server.care.rules.detect import Reason, Row
from regulars.server.care.rules.detectors import Entered
from regulars.server.care.rules.shape import Trigger
from regulars.server.core import queries as core
from regulars.server.core import scope
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.scoring import queries as scoring
from regulars.server.standards import queries as standards

TRIED = "own_0"
SHOWN = 10  # of those whom a trial found


@dataclass(frozen=True)
class Tried:
    """One customer of a trial, and the day that it is about."""

    customer: Customer
    on: date | None
    due: date


@dataclass(frozen=True)
class Trial:
    """What a trigger would bring on today's data.

    `already` are the members of its segment, whether they count or not; `held_back` those
    who did not agree to marketing, `first` those with most at stake.
    """

    cards: int
    people: int
    minutes: int
    held_back: int
    already: int = 0
    first: tuple[Tried, ...] = ()


def own_trigger(code: str) -> OwnTrigger | None:
    return OwnTrigger.objects.filter(code=code).first()


def versions(trigger: OwnTrigger) -> QuerySet[OwnVersion]:
    return trigger.versions.select_related("made_by")


def trial(maker: Person, body: Mapping[str, Any], *, at: datetime) -> Trial:
    """Ask a trigger that is not there yet, through its maker's eyes; nothing is written.

    :raises own.Unreadable: a field is missing or beyond its bounds.
    :raises Unreachable: its segment cannot be asked.
    """
    trigger = own.read(TRIED, body)
    with scope.beyond():
        sight = _sight(at)
        rows, already = _rows(trigger, maker, sight)
        subjects = reads.subjects({row.customer_id for row in rows}, sight)
        seen = {who: s for who, s in subjects.items() if maker.scope.holds(s.book_id)}
        found = [
            reason
            for row in rows
            if (subject := seen.get(row.customer_id))
            and (reason := detect.judge(trigger, subject, row, sight.morning))
        ]
    open_to = [r for r in found if not trigger.marketing or seen[r.customer_id].marketing]
    books = {seen[reason.customer_id].book_id for reason in open_to}
    customers = _customers(open_to)
    return Trial(
        cards=customers,
        people=_people(books),
        minutes=customers * trigger.minutes,
        held_back=_customers(found) - customers,
        already=already,
        first=_first(maker, open_to),
    )


def _first(viewer: Person, reasons: Sequence[Reason]) -> tuple[Tried, ...]:
    """Those of the most at stake, as far as the viewer sees them."""
    best: dict[int, Reason] = {}
    for reason in sorted(reasons, key=lambda r: (-r.stake, r.due_on, r.customer_id)):
        best.setdefault(reason.customer_id, reason)
    chosen = list(best.values())[:SHOWN]
    people = Customer.objects.visible_to(viewer).in_bulk([r.customer_id for r in chosen])
    return tuple(
        Tried(people[r.customer_id], r.happens_on, r.due_on)
        for r in chosen
        if r.customer_id in people
    )


def _sight(at: datetime) -> Sight:
    day = core.local_date(at)
    policy = replace(catalogue().policy, matrix=standards.in_force(day).matrix)
    morning = Morning(day=day, calendar=core.work_calendar(), policy=policy)
    return Sight(morning, scoring.current_run(), at)


def _rows(trigger: Trigger, maker: Person, sight: Sight) -> tuple[Sequence[Row], int]:
    detect_ = trigger.detect
    if not isinstance(detect_, Entered):
        return reads.rows([trigger], sight)[trigger.code], 0
    inside = members(maker, detect_.segment, at=sight.at)
    rows = [Row(who, "", sight.morning.day) for who in inside]
    return (rows if detect_.already else []), len(inside)


def _customers(reasons: Sequence[Reason]) -> int:
    return len({reason.customer_id for reason in reasons})


def _people(books: set[int]) -> int:
    """On how many lists the cards would stand; what nobody owns is the pool's."""
    owners = Book.objects.filter(pk__in=books).values_list("owner_id", flat=True)
    return len(set(owners))

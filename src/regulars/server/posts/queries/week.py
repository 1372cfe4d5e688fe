"""The grid of a week: what each persona gets in each slot, and what is missing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from regulars.server.core import queries as core
from regulars.server.posts.models import Item, Persona, Slot
from regulars.server.posts.queries.base import personas, slots
from regulars.server.posts.rules import moment


@dataclass(frozen=True)
class Cell:
    """One slot of one day of one persona."""

    slot: Slot
    day: date
    item: Item | None
    is_past: bool

    @property
    def is_empty(self) -> bool:
        return self.item is None


@dataclass(frozen=True)
class Day:
    """One day of a persona's row."""

    day: date
    is_worked: bool
    cells: Sequence[Cell]


@dataclass(frozen=True)
class Row:
    """One persona's week."""

    persona: Persona
    days: Sequence[Day]

    @property
    def cells(self) -> list[Cell]:
        return [cell for one in self.days for cell in one.cells]

    @property
    def empty(self) -> int:
        return sum(cell.is_empty for cell in self.cells)


@dataclass(frozen=True)
class Week:
    """Monday to Friday, and days of the weekend that are worked."""

    first: date
    last: date
    days: Sequence[date]
    rows: Sequence[Row]
    today: date

    @property
    def places(self) -> int:
        return sum(len(row.cells) for row in self.rows)

    @property
    def empty(self) -> int:
        return sum(row.empty for row in self.rows)

    @property
    def before(self) -> date:
        return self.first - timedelta(days=7)

    @property
    def after(self) -> date:
        return self.first + timedelta(days=7)

    @property
    def is_this(self) -> bool:
        return self.first <= self.today <= self.last


def week(day: date, *, at: datetime) -> Week:
    """The week in which a day lies."""
    first = day - timedelta(days=day.weekday())
    last = first + timedelta(days=6)
    calendar, zone = core.work_calendar(), core.time_zone()
    every = [first + timedelta(days=n) for n in range(7)]
    shown = [one for one in every if one.weekday() < 5 or calendar.is_workday(one)]
    hours = list(slots())
    kept = {
        (one.persona_id, one.slot_id, one.day): one
        for one in Item.objects.whole().between(first, last).order_by("-state", "pk")
    }
    live = Item.objects.whole().between(first, last).live()
    kept |= {(one.persona_id, one.slot_id, one.day): one for one in live}

    def cell(who: Persona, hour: Slot, on: date) -> Cell:
        item, is_past = kept.get((who.pk, hour.pk, on)), moment(on, hour.at, zone) <= at
        if item is not None and item.state == Item.State.OVER and not is_past:
            item = None  # its place is free again
        return Cell(hour, on, item, is_past)

    def cells(who: Persona, on: date) -> list[Cell]:
        return [cell(who, each, on) for each in hours] if calendar.is_workday(on) else []

    rows = [
        Row(who, [Day(on, calendar.is_workday(on), cells(who, on)) for on in shown])
        for who in personas()
    ]
    return Week(first, last, shown, rows, core.local_date(at))

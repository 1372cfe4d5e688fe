"""What every figure of a page stands on: whose customers, which days, whose tiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from regulars.server.care.queries import morning as reads
from regulars.server.core import queries as core
from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.coverage import rules
from regulars.server.scoring import queries as scoring


@dataclass(frozen=True)
class Ground:
    """One viewer's customers, of all places or of one, in a period."""

    viewer: Person
    today: date
    period: rules.Period
    books: tuple[Book, ...]
    unit: OrgUnit | None

    @cached_property
    def parameters(self) -> dict[str, Any]:
        """For the statements: books, days, the tier run and the scores in force."""
        tiered, run = reads.tier_run(), scoring.current_run()
        return {
            "books": [book.pk for book in self.books],
            "first": self.period.first,
            "last": self.period.last,
            "today": self.today,
            "zone": str(core.time_zone()),
            "tier_run": tiered.pk if tiered else None,
            "run": run.pk if run else None,
        }

    @cached_property
    def units(self) -> tuple[OrgUnit, ...]:
        """The places of these books, by code."""
        found = {book.org_unit_id: book.org_unit for book in self.books}
        return tuple(sorted(found.values(), key=lambda unit: unit.code))


def ground(viewer: Person, at: datetime, *, period: str = "", unit: str = "") -> Ground:
    """What a viewer asks about; a place that is not theirs to see is no place."""
    today = core.local_date(at)
    books = tuple(core.books(viewer))
    named = next((b.org_unit for b in books if b.org_unit.code == unit), None)
    if named is not None:
        books = tuple(book for book in books if book.org_unit_id == named.pk)
    return Ground(viewer, today, rules.period(period, today), books, named)


def places(viewer: Person) -> list[OrgUnit]:
    """The places a viewer may choose from, by code."""
    found = {book.org_unit_id: book.org_unit for book in core.books(viewer)}
    return sorted(found.values(), key=lambda unit: unit.code)

"""What every figure of a page stands on: whose customers, which days, whose tiers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from regulars.server.care.models import Counting
from regulars.server.care.queries import kept
from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.kept import Part, Shape
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
        return parameters([book.pk for book in self.books], self.today, self.period)

    @cached_property
    def counting(self) -> Counting | None:
        """The count that figures are read from; None where they are counted now."""
        return kept.standing(self.books, self.today)

    def parts(
        self, shape: Shape, given: dict[str, Any], *, period: bool = True,
        anywhere: bool = False,
    ) -> Iterator[Part]:  # fmt: skip
        """Sum a shape up, of the period or, without one, of today."""
        return kept.parts(
            shape, given, viewer=self.viewer, counting=self.counting,
            period=self.period.code if period else "", anywhere=anywhere,
        )  # fmt: skip

    @cached_property
    def units(self) -> tuple[OrgUnit, ...]:
        """The places of these books, by code."""
        found = {book.org_unit_id: book.org_unit for book in self.books}
        return tuple(sorted(found.values(), key=lambda unit: unit.code))


def parameters(books: list[int], today: date, period: rules.Period) -> dict[str, Any]:
    """For the statements: books, days, the tier run and the scores in force."""
    tiered, run = reads.tier_run(), scoring.current_run()
    return {
        "books": books,
        "first": period.first,
        "last": period.last,
        "today": today,
        "zone": str(core.time_zone()),
        "tier_run": tiered.pk if tiered else None,
        "run": run.pk if run else None,
    }


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

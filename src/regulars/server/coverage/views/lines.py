"""Lines of a table: names, links and figures; and the chart of hours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from regulars.server.care.queries import catalogue
from regulars.server.coverage import queries, rules
from regulars.server.coverage.queries import Ground, Tiered
from regulars.server.web import rules as web

MOST = 100  # lines of one table; a place narrows it
LEVELS = {
    5: gettext_lazy("Top"),
    4: gettext_lazy("High"),
    3: gettext_lazy("Middle"),
    2: gettext_lazy("Mass"),
    1: gettext_lazy("Negative"),
    0: gettext_lazy("No tier"),
}
# Who stands behind a rate; the words of a list's head.
WHO = {
    "assigned": gettext_lazy("Customers with a reason due"),
    "reached": gettext_lazy("Of them, reached"),
    "won": gettext_lazy("Of them, interested or agreed"),
    "spoken": gettext_lazy("Spoken with in the period"),
    "book": gettext_lazy("Everybody on file"),
    "standard": gettext_lazy("Customers with an interval"),
    "kept": gettext_lazy("Contacted within their interval"),
}
FATES = {
    rules.Fate.IN_TIME: gettext_lazy("done in time"),
    rules.Fate.AFTER: gettext_lazy("done late"),
    rules.Fate.LATE: gettext_lazy("late"),
    rules.Fate.EXPIRED: gettext_lazy("expired"),
    rules.Fate.AHEAD: gettext_lazy("still ahead"),
    rules.Fate.WITHDRAWN: gettext_lazy("withdrawn"),
}


@dataclass(frozen=True)
class Line:
    """One line of a table: what it is called, what its links ask for, its figures."""

    name: str
    note: str
    by: str
    of: Any
    figures: Any


def triggers() -> dict[str, str]:
    language = get_language() or "zh-hans"
    return {code: trigger.name.of(language) for code, trigger in catalogue().items()}


def levels(found: dict[Any, Any]) -> list[Line]:
    return [
        Line(str(LEVELS.get(level, level)), "", "level", level, found[level])
        for level in sorted(found, reverse=True)
    ]


def named(found: dict[Any, Any], by: str, names: dict[Any, Any]) -> list[Line]:
    """Lines in the order of size, under the names that people use."""
    ordered = sorted(found, key=lambda value: (*_size(found[value]), str(value)))
    return [
        Line(str(names.get(value) or value or _("none")), "", by, value, found[value])
        for value in ordered[:MOST]
    ]


def units(ground: Ground, found: dict[Any, Any]) -> list[Line]:
    if len(ground.units) < 2:
        return []
    lines = [
        Line(str(unit), "", "unit", unit.pk, found[unit.pk])
        for unit in ground.units
        if unit.pk in found
    ]
    return lines[:MOST]


def books(ground: Ground, found: dict[Any, Any]) -> list[Line]:
    """Books by what is wrong with them: the worst first."""
    books = sorted(
        (book for book in ground.books if book.pk in found),
        key=lambda book: (-_wrong(found[book.pk]), book.code),
    )
    return [
        Line(
            str(book.owner or _("No owner")), f"{book} · {book.org_unit}", "book", book.pk,
            found[book.pk],
        )
        for book in books[:MOST]
    ]  # fmt: skip


def _size(figures: Any) -> tuple[int, int]:
    if isinstance(figures, queries.Sum):
        return -figures.due, -figures.ahead
    return -figures.total, 0


def _wrong(figures: Any) -> int:
    if isinstance(figures, queries.Sum):
        return figures.late + figures.expired
    return int(getattr(figures, "forgotten", 0) or figures.total)


def hours_chart(lines: Sequence[tuple[str, Tiered]]) -> dict[str, Any]:
    """Shares of hours, value and customers, side by side per tier, with their table."""
    shares = (
        (_("Hours"), [each.of_minutes or 0.0 for _name, each in lines], "accent"),
        (_("Value"), [each.of_value or 0.0 for _name, each in lines], "c3"),
        (_("Customers"), [each.of_customers or 0.0 for _name, each in lines], "s1"),
    )
    return {
        "categories": [name for name, _each in lines],
        "unit": "percent",
        "series": [
            {"name": name, "values": values, "colour": colour}
            for name, values, colour in shares
        ],
        "table": {
            "head": [_("Tier"), *(name for name, _values, _colour in shares)],
            "rows": [
                [name, *(str(web.percent(share or 0.0)) for share in _shares(each))]
                for name, each in lines
            ],
        },
    }


def _shares(each: Tiered) -> tuple[float | None, ...]:
    return each.of_minutes, each.of_value, each.of_customers

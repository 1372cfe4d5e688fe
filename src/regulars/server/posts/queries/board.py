"""Posted or not: per item, branch and manager."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from regulars.server.core.models import OrgUnit, Person
from regulars.server.posts.models import Item, Mark

S = Mark.State


@dataclass(frozen=True)
class Line:
    """How many managers of one place posted an item."""

    place: OrgUnit
    posted: int
    not_posted: int
    open: int

    @property
    def managers(self) -> int:
        return self.posted + self.not_posted + self.open


@dataclass(frozen=True)
class Standing:
    """One item with the places that post it."""

    item: Item
    lines: Sequence[Line]

    @property
    def posted(self) -> int:
        return sum(line.posted for line in self.lines)

    @property
    def not_posted(self) -> int:
        return sum(line.not_posted for line in self.lines)

    @property
    def open(self) -> int:
        return sum(line.open for line in self.lines)

    @property
    def managers(self) -> int:
        return sum(line.managers for line in self.lines)

    @property
    def share(self) -> float:
        return self.posted / self.managers if self.managers else 0.0


def board(viewer: Person, *, day: date) -> list[Standing]:
    """The items of a day that managers of the viewer's place post, with who did."""
    marks = Mark.objects.visible_to(viewer).filter(item__day=day)
    counted = marks.order_by().values("item", "place").annotate(
        posted=Count("pk", filter=Q(state=S.POSTED)),
        not_posted=Count("pk", filter=Q(state=S.NOT_POSTED)),
        open=Count("pk", filter=Q(state=S.OPEN)),
    )  # fmt: skip
    rows = list(counted)
    places = {one.pk: one for one in OrgUnit.objects.filter(pk__in={r["place"] for r in rows})}
    by_item: dict[int, list[Line]] = {}
    for row in sorted(rows, key=lambda row: places[row["place"]].code):
        line = Line(places[row["place"]], row["posted"], row["not_posted"], row["open"])
        by_item.setdefault(row["item"], []).append(line)
    items = Item.objects.whole().filter(pk__in=by_item).order_by("slot__at", "persona__order")
    return [Standing(one, by_item[one.pk]) for one in items]


def behind(viewer: Person, item: Item, *, state: str = "", place: str = "") -> QuerySet[Mark]:
    """The managers behind a figure of the board."""
    found = Mark.objects.visible_to(viewer).filter(item=item)
    if state in S.values:
        found = found.filter(state=state)
    if place:
        found = found.filter(place__code=place)
    return found.select_related("person", "place").order_by("place__code", "person__username")

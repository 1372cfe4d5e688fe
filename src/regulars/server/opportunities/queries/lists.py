"""Opportunities in lists and by stage; every number of the funnel leads to such a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Case, Count, F, QuerySet, Sum, When
from django.utils.translation import gettext as _

from regulars.server.core.models import Book, OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.opportunities.queries.seen import View, view
from regulars.server.opportunities.queries.stages import chances, open_stages
from regulars.server.opportunities.queries.wanted import (
    LATE,
    MINE,
    NO_STEP,
    STALE,
    Wanted,
    asked,
    of,
    pressing,
)
from regulars.server.opportunities.rules import Open, expect

PAGE = 50
COLUMN = 30  # cards of one column of the board
# What a row shows: what came of one that was won, else what is or was hoped for.
WORTH = Case(When(state="won", then=F("won_amount")), default=F("amount"))


@dataclass(frozen=True)
class Column:
    """One stage of the board."""

    stage: Stage
    count: int
    amount: Decimal
    cards: tuple[View, ...]


class Totals(NamedTuple):
    """How many rows a list has, and what they come to."""

    rows: int
    amount: Decimal
    expected: Decimal | None  # by their chances; None of a list that holds others than open


@dataclass(frozen=True)
class Tallies:
    """What is open, what it is worth, what presses."""

    open: int
    amount: Decimal
    late: int
    no_step: int
    stale: int


def lines(
    viewer: Person, wanted: Wanted, at: datetime, *, offset: int = 0
) -> tuple[list[View], bool]:
    """A page of a list, the nearest next step first, and whether there are more."""
    found = asked(viewer, wanted, at)
    nothing = F("next_on").asc(nulls_last=True)
    order = (nothing, "-amount", "pk") if wanted.state == "open" else ("-closed_at", "pk")
    if wanted.state == "all":
        order = ("-made_at", "pk")
    rows = list(found.order_by(*order)[offset : offset + PAGE + 1])
    return [view(each, at) for each in rows[:PAGE]], len(rows) > PAGE


def totals(viewer: Person, wanted: Wanted, at: datetime) -> Totals:
    """How many a list holds, the sum of what its rows show, and what open ones may bring."""
    found = asked(viewer, wanted, at)
    told = found.order_by().aggregate(n=Count("pk"), sum=Sum(WORTH))
    expected = None
    if wanted.state == "open":
        rows = found.order_by("pk").values_list("stage__position", "amount", "chance")
        expected = expect((Open(*row) for row in rows), chances()).expected
    return Totals(told["n"], told["sum"] or Decimal(0), expected)


def board(viewer: Person, wanted: Wanted, at: datetime) -> list[Column]:
    """The open ones by stage; what needs a hand stands on top of its column."""
    found = asked(viewer, wanted, at)
    columns = []
    for stage in open_stages():
        inside = found.filter(stage=stage)
        told = inside.order_by().aggregate(n=Count("pk"), sum=Sum("amount"))
        order = (F("next_on").asc(nulls_first=True), "-amount", "pk")
        cards = tuple(view(each, at) for each in inside.order_by(*order)[:COLUMN])
        columns.append(Column(stage, told["n"], told["sum"] or Decimal(0), cards))
    return columns


def tallies(viewer: Person, at: datetime, *, whose: str) -> Tallies:
    found = of(viewer, whose).open()
    told = found.order_by().aggregate(n=Count("pk"), sum=Sum("amount"))
    return Tallies(
        open=told["n"],
        amount=told["sum"] or Decimal(0),
        late=pressing(found, LATE, at).count(),
        no_step=pressing(found, NO_STEP, at).count(),
        stale=pressing(found, STALE, at).count(),
    )


def waiting(viewer: Person, at: datetime) -> int:
    """What the navigation counts: the viewer's own next steps past their day."""
    return pressing(of(viewer, MINE).open(), LATE, at).count()


def to_do(viewer: Person) -> QuerySet[Opportunity]:
    """Open ones of the viewer with a next step, the first day first."""
    found = of(viewer, MINE).open().filter(next_on__isnull=False)
    return found.order_by("next_on", "pk")


def name_of(username: str) -> str:
    """The name of a colleague; nothing where there is none of that user name."""
    found = Person.objects.filter(username=username).first() if username else None
    return str(found) if found else ""


def customer_named(viewer: Person, public_id: str) -> str:
    """The name of a customer of an address; nothing of one whom the viewer does not see."""
    if not public_id:
        return ""
    found = Customer.objects.visible_to(viewer).filter(public_id=public_id).first()
    return str(found) if found else _("unknown")


def book_named(code: str) -> str:
    """Whose book it is; nothing where there is none of that code."""
    found = Book.objects.filter(code=code).select_related("owner").first() if code else None
    return str(found.owner or found) if found else ""


def place_of(code: str) -> str:
    """The name of a branch; nothing where there is none of that code."""
    found = OrgUnit.objects.filter(code=code).first() if code else None
    return str(found) if found else ""

"""The reasons behind a figure of the page of triggers, a page at a time."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import Q, QuerySet

from regulars.server.care.models import Task
from regulars.server.care.queries.triggers import MONTH, WEEK, WON, begins
from regulars.server.core import queries as core
from regulars.server.core.models import Person

PAGE = 50
DONE = Q(state=Task.State.DONE)
WHAT = {
    "week": Q(),
    "month": Q(),
    "done": DONE,
    "won": DONE & Q(card__outcome__in=WON),
    "gone": Q(state=Task.State.GONE),
}


def reasons_behind(
    viewer: Person, at: datetime, *, codes: Collection[str], what: str, offset: int = 0
) -> tuple[list[Task], bool]:
    """The newest first, of the books that the viewer sees; and whether there are more."""
    days = WEEK if what == "week" else MONTH
    since = begins(core.local_date(at), days)
    found = _visible(viewer).filter(WHAT.get(what, Q()), trigger__in=codes, made_at__gte=since)
    page = list(found.order_by("-made_at", "-pk")[offset : offset + PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def _visible(viewer: Person) -> QuerySet[Task]:
    found = Task.objects.select_related("customer", "card__book__owner")
    if viewer.scope.everything:
        return found
    books = viewer.scope.books
    return found.filter(card__book__in=books, customer__book__in=books)

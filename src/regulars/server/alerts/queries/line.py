"""The line of each book, and who may hold an alert about a customer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from django.db.models import Q, QuerySet, Value
from django.db.models.functions import StrIndex

from regulars.server.alerts.queries.absences import absent
from regulars.server.alerts.rules import Post, line_of
from regulars.server.core.models import Book, Person
from regulars.server.core.rules import Role

# Who heads a unit: a manager before a leader, then by user name.
HEADS = (Role.MANAGER, Role.LEADER)


def lines(books: Collection[int], *, day: date) -> dict[int, tuple[Post, ...]]:
    """Who is asked first, second ... about the customers of some books on a day."""
    missing, heads = absent(day), _heads()
    found = Book.objects.filter(pk__in=books).select_related("org_unit").order_by("pk")
    return {
        book.pk: line_of(
            (book.owner_id, book.backup_id),
            [heads.get(unit, []) for unit in _upwards(book.org_unit.path)],
            absent=missing,
        )
        for book in found
    }


def line(book: int, *, day: date) -> tuple[Post, ...]:
    return lines([book], day=day).get(book, ())


def may_hold(book: Book) -> QuerySet[Person]:
    """Everybody who sees the customers of a book and could act on an alert."""
    reached = Q(pk__in=[pk for pk in (book.owner_id, book.backup_id) if pk is not None])
    reached |= Q(role__in=(*HEADS, Role.LOBBY_MANAGER), starts=1)
    found = Person.objects.filter(is_active=True).annotate(
        starts=StrIndex(Value(book.org_unit.path), "org_unit__path")
    )
    return (
        found.filter(reached).select_related("org_unit").order_by("-org_unit__path", "username")
    )


def _heads() -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for role in HEADS:
        rows = Person.objects.filter(role=role).order_by("username")
        for person, unit in rows.values_list("pk", "org_unit"):
            found[unit].append(person)
    return found


def _upwards(path: str) -> list[int]:
    """The units of a path "/1/4/17/", the lowest first."""
    return [int(part) for part in reversed(path.strip("/").split("/")) if part]

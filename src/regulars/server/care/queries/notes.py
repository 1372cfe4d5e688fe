"""How contacts are written down: who says what it was about, what was said, what follows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from regulars.server.care.models import Counting
from regulars.server.care.queries.kept import Shape, parts
from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

SPAN = timedelta(days=30)
PAGE = 50
# What a contact that was answered leaves behind, and when it has it.
COLUMNS = {"topic": "topic", "said": "note", "need": "need", "next": "next_step"}
PARTS: Mapping[str, Q] = {part: ~Q(**{column: ""}) for part, column in COLUMNS.items()}
WHOLE = Q(*PARTS.values())
# Contacts that were answered, by who had them; a call in vain says nothing.
NOTES = Shape(
    "notes",
    """
    select t.customer_id, c.book_id as book, t.person_id as person, t.topic, t.note, t.need,
           t.next_step
    from channels_touch t
    join customers_customer c on c.id = t.customer_id and c.book_id = any (%(books)s)
         and c.state not in ('merged', 'erased')
    where t.two_way and t.reversed_at is null and t.person_id is not null
      and t.at > %(after)s and t.at <= %(at)s
    """,
    (
        "count(*)",
        *(f"count(*) filter (where {column} <> '')" for column in COLUMNS.values()),
        "count(*) filter (where "
        + " and ".join(f"{column} <> ''" for column in COLUMNS.values())
        + ")",
    ),
    {"person": int},
)
MOST = 100  # people of one table; a place narrows it


@dataclass(frozen=True)
class NoteLine:
    """One person's contacts of the span that were answered, and how many have each part."""

    person: Person
    n: int
    topic: int
    said: int
    need: int
    next: int
    whole: int

    @property
    def parts(self) -> list[tuple[str, float]]:
        """The share that has each part, in the order of the form."""
        return [(part, getattr(self, part) / self.n) for part in (*PARTS, "whole")]


def of_notes(books: list[int], at: datetime) -> dict[str, Any]:
    """The parameters of `NOTES`."""
    return {"books": books, "after": at - SPAN, "at": at}


def note_lines(
    viewer: Person, at: datetime, books: list[int], counting: Counting | None = None
) -> list[NoteLine]:
    """The notes of each person with customers of some books, the fewest whole ones first."""
    found = parts(NOTES, of_notes(books, at), viewer=viewer, counting=counting)
    counted = {part.value: part.sums for part in found if part.axis == "person"}
    worst = sorted(
        counted, key=lambda who: (counted[who][-1] / counted[who][0], -counted[who][0], who)
    )[:MOST]
    people = Person.objects.in_bulk(worst)
    return [NoteLine(people[who], *counted[who]) for who in worst]


def notes_without(
    viewer: Person, at: datetime, *, person: str, part: str, offset: int = 0
) -> tuple[list[Touch], bool]:
    """The contacts of one person behind a share: those that lack the part."""
    lacks = ~WHOLE if part == "whole" else ~PARTS[part] if part in PARTS else Q()
    found = _notes(viewer, at).filter(lacks, person__public_id=person)
    page = list(found.select_related("customer").order_by("-at", "-pk")[offset:][: PAGE + 1])
    return page[:PAGE], len(page) > PAGE


def _notes(viewer: Person, at: datetime) -> QuerySet[Touch]:
    """Contacts that were answered, in the span, by somebody; a call in vain says nothing."""
    return (
        Touch.objects.visible_to(viewer)
        .standing()
        .filter(
            two_way=True,
            person__isnull=False,
            at__gt=at - SPAN,
            at__lte=at,
            customer__in=Customer.objects.visible_to(viewer),
        )
    )

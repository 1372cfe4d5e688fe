"""How contacts are written down: who says what it was about, what was said, what follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

SPAN = timedelta(days=30)
PAGE = 50
# What a contact that was answered leaves behind, and when it has it.
PARTS: Mapping[str, Q] = {
    "topic": ~Q(topic=""),
    "said": ~Q(note=""),
    "need": ~Q(need=""),
    "next": ~Q(next_step=""),
}
WHOLE = Q(*PARTS.values())


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


def note_lines(viewer: Person, at: datetime) -> list[NoteLine]:
    """The notes of each person within the viewer's sight, the fewest whole ones first."""
    rows: Iterable[Any] = (
        _notes(viewer, at)
        .order_by()
        .values("person")
        .annotate(
            n=Count("pk"),
            whole=Count("pk", filter=WHOLE),
            **{part: Count("pk", filter=has) for part, has in PARTS.items()},
        )
    )
    counted = {row["person"]: row for row in rows}
    lines = [
        NoteLine(person, **{name: counted[person.pk][name] for name in ("n", "whole", *PARTS)})
        for person in Person.objects.filter(pk__in=counted).order_by("pk")
    ]
    return sorted(lines, key=lambda line: (line.whole / line.n, -line.n))


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

"""How many topics were raised, taken, released the same day; each figure has its rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F

from regulars.server.core.models import Person
from regulars.server.topics.models import Topic, TopicQuerySet


@dataclass(frozen=True)
class Figures:
    """Topics raised within some days, and how far they came."""

    days: int
    raised: int
    taken: int
    released: int
    same_day: int

    @property
    def share(self) -> float | None:
        return self.same_day / self.released if self.released else None


def within(*, days: int, at: datetime) -> TopicQuerySet:
    return Topic.objects.whole().filter(raised_at__gte=at - timedelta(days=days))


def figures(viewer: Person, *, days: int, at: datetime) -> Figures:
    """The figures of the last days."""
    return Figures(days, *(behind(viewer, days=days, at=at, of=of).count() for of in OF))


OF = ("raised", "taken", "released", "same_day")


def behind(viewer: Person, *, days: int, at: datetime, of: str) -> TopicQuerySet:
    """The topics behind a figure."""
    found = within(days=days, at=at)
    if of == "taken":
        return found.filter(taken_at__isnull=False)
    if of == "released":
        return found.filter(released_at__isnull=False)
    if of == "same_day":
        return found.filter(released_at__lte=F("due_at"))
    return found

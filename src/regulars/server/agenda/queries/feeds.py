"""The address of somebody's calendar, and what they wish."""

from __future__ import annotations

from regulars.server.agenda.models import Feed, Wish
from regulars.server.core import queries as core
from regulars.server.core.models import Person

NAMES = "agenda_names"  # of the company's settings: whether names may leave the house


def feed_of(person: Person) -> Feed | None:
    return Feed.objects.filter(person=person).first()


def wish_of(person: Person) -> Wish:
    """What somebody said, or what stands for it until they do."""
    return Wish.objects.filter(person=person).first() or Wish(person=person)


def names_allowed() -> bool:
    return bool(core.settings_of_company().get(NAMES, False))


def shows_names(person: Person) -> bool:
    """Whether the company lets names out, and this person wants them."""
    return names_allowed() and wish_of(person).names

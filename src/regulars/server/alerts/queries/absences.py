"""Who is away, and on whose absence the viewer may decide."""

from __future__ import annotations

from datetime import date

from django.db.models import QuerySet

from regulars.server.alerts.models import Absence
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission, Role

# Whom alerts can reach: the others hold no customer and head nobody.
REACHED = (Role.RM, Role.MANAGER, Role.LEADER, Role.LOBBY_MANAGER)


def away(day: date) -> frozenset[int]:
    """The people who are away on a day."""
    found = Absence.objects.filter(since__lte=day, until__gte=day)
    return frozenset(found.values_list("person", flat=True))


def absent(day: date) -> frozenset[int]:
    """The people whom nothing reaches: away on that day, or no longer here."""
    gone = Person.objects.filter(is_active=False).values_list("pk", flat=True)
    return away(day) | frozenset(gone)


def people_of(viewer: Person) -> QuerySet[Person]:
    """Whose absences the viewer may write down: the own; managers also their people's."""
    if not viewer.may(Permission.SEE_TEAM):
        return Person.objects.filter(pk=viewer.pk)
    return core.people(viewer).filter(is_active=True, role__in=REACHED)


def absences(viewer: Person, day: date) -> QuerySet[Absence]:
    """Absences that run or come, of the people the viewer decides about."""
    found = Absence.objects.filter(until__gte=day, person__in=people_of(viewer).order_by())
    return found.select_related("person__org_unit").order_by("since", "pk")

"""How long each class of data is kept here."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet

from regulars.server.core import retention
from regulars.server.core.models import Person
from regulars.server.core.retention import DataClass
from regulars.server.core.rules import Permission
from regulars.server.privacy.models import Period, Sweep


@dataclass(frozen=True)
class Kept:
    """A class of data, how long this company keeps it, and what is due to go."""

    of: DataClass
    days: int | None
    own: Period | None
    due: int


def days_of(known: DataClass) -> int | None:
    """How many days a class is kept here; None while the customer is kept."""
    own = Period.objects.filter(key=known.key).first()
    return known.days if own is None else own.days


def periods(viewer: Person, at: datetime) -> list[Kept]:
    if not viewer.may(Permission.HANDLE_RIGHTS):
        return []
    own = {each.key: each for each in Period.objects.select_related("set_by")}
    return [_kept(known, own.get(known.key), at) for known in retention.classes()]


def _kept(known: DataClass, own: Period | None, at: datetime) -> Kept:
    days = known.days if own is None else own.days
    due = 0 if days is None else known.older(at - timedelta(days=days))
    return Kept(known, days, own, due)


def sweeps(viewer: Person) -> QuerySet[Sweep]:
    """What went, newest first."""
    if not viewer.may(Permission.HANDLE_RIGHTS):
        return Sweep.objects.none()
    return Sweep.objects.all()


def told(found: Iterable[Sweep]) -> list[tuple[Sweep, list[tuple[str, int]]]]:
    """Each night's letting go with the names of the classes."""
    names = {known.key: str(known.title) for known in retention.classes()}
    return [
        (each, [(names.get(key, key), count) for key, count in each.counts.items()])
        for each in found
    ]

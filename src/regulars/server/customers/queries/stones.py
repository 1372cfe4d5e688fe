"""Who was erased: known again by the hash of a number, and by nothing else."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from regulars.server.core.custody import Known
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.models import (
    Customer,
    FactKey,
    History,
    SeenValue,
    Tombstone,
)

# By which values of a file somebody is found in other files.
TELLING = ("number", "name", "name_en", "phone", "email", "address", "wecom_id")
SHORTEST = {"name": 2, "address": 6}  # letters; fewer say too little


def anybody_buried() -> bool:
    return Tombstone.objects.exists()


def buried(numbers: Iterable[str]) -> set[str]:
    """Which of these customer numbers belong to somebody who was erased.

    For the system's own loads. Costs nothing where nobody was erased.
    """
    if not anybody_buried():
        return set()
    stones = Tombstone.objects.filter(of=Tombstone.Of.NUMBER)
    keys = set(stones.values_list("key", flat=True))
    return {number for number in numbers if keyed_hash(number, purpose="number") in keys}


def buried_ids(hashes: Iterable[str]) -> set[str]:
    """Which of these hashed identity numbers belong to somebody who was erased."""
    stones = Tombstone.objects.filter(of=Tombstone.Of.ID, key__in=list(hashes))
    return set(stones.values_list("key", flat=True))


def known_by(customers: Collection[Customer], *, at: datetime) -> Known:
    """What some files of one person were known by, before they are erased.

    Values of today, of before, and of other sources; not what somebody else has too. For
    the system itself.
    """
    ids = tuple(one.pk for one in customers)
    values = {(name, str(getattr(one, name))) for one in customers for name in TELLING}
    for changes in History.objects.filter(customer__in=ids).values_list("changes", flat=True):
        values |= {(name, str(changes[name])) for name in TELLING if changes.get(name)}
    seen = SeenValue.objects.filter(customer__in=ids, field__in=TELLING)
    values |= {(field, str(value)) for field, value in seen.values_list("field", "value")}
    keys = FactKey.objects.filter(customer__in=ids).order_by("pk").values_list("pk", flat=True)
    words = sorted(
        {v for name, v in values if len(v) >= SHORTEST.get(name, 1) and _theirs(name, v, ids)}
    )
    return Known(ids, tuple(keys), tuple(words), at)


def _theirs(name: str, value: str, ids: Collection[int]) -> bool:
    return not Customer.objects.exclude(pk__in=ids).filter(**{name: value}).exists()

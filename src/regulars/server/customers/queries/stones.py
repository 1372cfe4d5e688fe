"""Who was erased: known again by the hash of a number, and by nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.models import Tombstone


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

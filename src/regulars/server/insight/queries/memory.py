"""Answers that cost a scan, kept in this process by what they were computed from.

A run's files never change, so a key of run ids and of who is looked at never goes stale.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import TypeVar

KEPT = 64
T = TypeVar("T")
_found: OrderedDict[Hashable, object] = OrderedDict()
_lock = Lock()


def recall(key: Hashable, make: Callable[[], T]) -> T:
    """Return the answer kept under a key, or make it; the least used ones go first."""
    with _lock:
        if key in _found:
            _found.move_to_end(key)
            return _found[key]  # type: ignore[return-value]  # the key names what made it
    made = make()
    with _lock:
        _found[key] = made
        while len(_found) > KEPT:
            _found.popitem(last=False)
    return made


def forget() -> None:
    """Drop everything, as a new process would."""
    with _lock:
        _found.clear()

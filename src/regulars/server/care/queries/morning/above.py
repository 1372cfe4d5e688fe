"""Work that features above lay on the day; they say so when the server starts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from regulars.server.care.rules.detect import Work

Reader = Callable[[date], Sequence[Work]]
_readers: dict[str, Reader] = {}
_stands: dict[str, str] = {}


def lay(trigger: str, read: Reader, *, stands: str) -> None:
    """Say who knows the work of a trigger, and when it still stands.

    `stands` is SQL after `select 1`, as in `actions.rows.leaving.STANDS`: it may speak of the
    task `t` and of the day `%(day)s`.
    """
    _readers[trigger] = read
    _stands[trigger] = stands


def work(trigger: str) -> Reader:
    """The reader of a trigger; without the feature above there is no work."""
    return lambda day: _readers[trigger](day) if trigger in _readers else ()


def stands() -> dict[str, str]:
    """When the work of each trigger still stands."""
    return dict(_stands)

"""Work that features above lay on the day; they say so when the server starts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date

from regulars.server.care.rules.detect import Row, Work

Reader = Callable[[date], Sequence[Row | Work]]
Sieve = Callable[[Sequence[Row]], Sequence[Row]]
_readers: dict[str, Reader] = {}
_stands: dict[str, str] = {}
_sieves: dict[str, Sieve] = {}


def lay(trigger: str, read: Reader, *, stands: str) -> None:
    """Say who knows the work of a trigger, and when it still stands.

    `stands` is SQL after `select 1`, as in `actions.rows.leaving.STANDS`: it may speak of the
    task `t` and of the day `%(day)s`.
    """
    _readers[trigger] = read
    _stands[trigger] = stands


def share(trigger: str, read: Reader, *, leave: Sieve, stands: str) -> None:
    """Say who knows the work of a trigger that is told by facts as well.

    `leave` keeps of the facts those that the feature above knows nothing of: what both know
    is spoken of once. A reader that gives rows has them judged as the facts are.
    """
    lay(trigger, read, stands=stands)
    _sieves[trigger] = leave


def shared(
    rows: Mapping[str, Sequence[Row]], on: Iterable[str], day: date
) -> dict[str, Sequence[Row | Work]]:
    """What facts and the features above say under the triggers that they share."""
    return {
        code: [*leave(rows.get(code, ())), *_readers[code](day)]
        for code, leave in _sieves.items()
        if code in on
    }


def work(trigger: str) -> Reader:
    """The reader of a trigger; without the feature above there is no work."""
    return lambda day: _readers[trigger](day) if trigger in _readers else ()


def stands() -> dict[str, str]:
    """When the work of each trigger still stands."""
    return dict(_stands)

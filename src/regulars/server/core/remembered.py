"""What is read once for as long as the wall stands open in one scope.

A page asks for the company's clock and settings dozens of times, a night's job thousands of
times. They are read at the first of them and hold until the outermost transaction of the
scope ends: one piece of work sees one company.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

T = TypeVar("T")
_known: ContextVar[dict[str, Any] | None] = ContextVar("remembered", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember inside; a block within a block shares what the outer one knows."""
    if _known.get() is not None:
        yield
        return
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def once(name: str, read: Callable[[], T]) -> T:
    """What `read` returns, read once inside a `remembering`, each time outside of it."""
    known = _known.get()
    if known is None:
        return read()
    if name not in known:
        known[name] = read()
    found: T = known[name]
    return found


def forget(name: str) -> None:
    """Read it again next time: it was just changed."""
    if (known := _known.get()) is not None:
        known.pop(name, None)

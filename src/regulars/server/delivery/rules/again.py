"""When to try again, and when to stop trying."""

from __future__ import annotations

from datetime import timedelta

MOST = 8  # attempts before a message counts as failed
FIRST, LONGEST = timedelta(seconds=30), timedelta(hours=2)


def wait_after(attempt: int, asked: float | None = None) -> timedelta:
    """How long to wait after an attempt that was not taken: doubled each time, or as asked."""
    doubled: timedelta = FIRST * 2 ** max(0, attempt - 1)
    usual = min(doubled, LONGEST)
    return usual if asked is None else max(usual, timedelta(seconds=asked))


def is_over(attempt: int) -> bool:
    return attempt >= MOST

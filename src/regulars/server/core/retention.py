"""How long each class of data is kept: features say what they hold, a job lets it go.

A class names what it is, how long it is kept unless the company says otherwise, and two
functions: how much is older than a moment, and its deletion.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise


@dataclass(frozen=True)
class DataClass:
    """One class of data with a period of its own.

    Attributes
    ----------
    key
        Stable, e.g. "intake.originals".
    days
        Kept for so many days by default; None keeps it as long as the customer is kept.
    least
        No company may set fewer days than this: a duty to keep stands behind it.
    reason
        Why so long and not longer: shown beside the period.
    older, drop
        Given a moment: how many are older, and delete them, returning how many.
    """

    key: str
    title: str | Promise
    about: str | Promise
    days: int | None
    older: Callable[[datetime], int]
    drop: Callable[[datetime], int]
    least: int = 0
    reason: str | Promise = ""


_classes: dict[str, DataClass] = {}


def keep(*classes: DataClass) -> None:
    """Say what is held; called once per feature when the server starts."""
    _classes.update({each.key: each for each in classes})


def classes() -> tuple[DataClass, ...]:
    return tuple(_classes[key] for key in sorted(_classes))

"""What stays where it is when a file is taken out, and what goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Kept:
    """Something that the file brought and that stays: somebody touched it, or it is in use."""

    what: str  # customer | product | person | book
    number: str
    field: str  # empty: the whole record
    why: str  # changed | used | facts | refusal | signs_in | administrator


@dataclass(frozen=True)
class Taken:
    """What became of the records of one kind."""

    opened: int = 0
    removed: int = 0
    restored: int = 0
    values: int = 0
    kept: Sequence[Kept] = ()

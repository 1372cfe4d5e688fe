"""A source is known by the columns of its files, and by how many rows it usually brings."""

from __future__ import annotations

import re
import statistics
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

ALIKE = 0.8  # share of columns that two files of one source have in common, at least
HABIT = 2  # loads after which a source has a usual number of rows
FEW, MANY = 0.5, 2.0  # times the usual number


@dataclass(frozen=True)
class Known:
    """What is remembered of the files of a source."""

    key: int
    header: tuple[str, ...]
    columns: tuple[str, ...]  # those that are mapped


def code(name: str) -> str:
    """Write a name so that it can be a folder: letters and digits of any script, hyphens."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return re.sub(r"[\W_]+", "-", plain).strip("-")[:40] or "source"


def recognise(header: Sequence[str], known: Iterable[Known]) -> int | None:
    """Tell whose file this is: it has every mapped column and nearly the same others."""
    there = {bare(name) for name in header}
    best: tuple[float, int] | None = None
    for one in known:
        theirs = {bare(name) for name in one.header}
        if not theirs or not {bare(name) for name in one.columns} <= there:
            continue
        share = len(theirs & there) / len(theirs | there)
        if share >= ALIKE and (best is None or share > best[0]):
            best = (share, one.key)
    return best[1] if best else None


def remembered(header: Sequence[str], mapping: Mapping[str, str]) -> dict[str, str]:
    """Take over what a mapping says of columns that this file has; "" stays without one."""
    there = {bare(name): name for name in reversed(header)}
    return {
        field: there[bare(column)] if column else ""
        for field, column in mapping.items()
        if not column or bare(column) in there
    }


def differences(before: Sequence[str], after: Sequence[str]) -> tuple[list[str], list[str]]:
    """Name the columns that are gone, and those that are new."""
    old, new = {bare(name) for name in before}, {bare(name) for name in after}
    gone = [name for name in before if bare(name) not in new]
    return gone, [name for name in after if bare(name) not in old]


def asks_evidence(mapping: Mapping[str, str]) -> bool:
    """Tell whether columns say who agrees to be contacted: each yes needs a proof."""
    said = [name for name in mapping if name.startswith("consent_") and mapping[name]]
    return any(name not in ("consent_evidence", "consent_at") for name in said)


def unusual(rows: int, before: Sequence[int]) -> tuple[str, int] | None:
    """Say whether a file has far fewer or far more rows than its source usually brings.

    Returns the code of the notice and the usual number (the median), or None.
    """
    if len(before) < HABIT:
        return None
    usual = round(statistics.median(before))
    if rows < usual * FEW:
        return "fewer_rows_than_usual", usual
    return ("more_rows_than_usual", usual) if rows > usual * MANY else None


def is_due(minutes: int | None, last: datetime | None, at: datetime) -> bool:
    """Tell whether a source is to be read again."""
    if minutes is None:
        return False
    return last is None or at - last >= timedelta(minutes=minutes)


def bare(name: str) -> str:
    """Write a column's name as names are compared; brackets count, unlike in guessing."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in folded if c.isalnum()) or folded

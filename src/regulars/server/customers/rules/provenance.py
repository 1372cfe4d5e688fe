"""Whose value wins where sources disagree: the stronger source, then the newer word.

A source has a rank from 1 (believed first) to 9. A file's value carries the rank of its
source and the moment it is of; the value with the best (rank, moment) stands, whichever
was loaded first. Equal ranks at one moment are settled by the value itself, so that the
order of loading never decides. A value that loses against another rank is kept beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

HAND = "hand"
FIRST, LAST = 1, 9
# Nobody said where a value came from: any source may say better.
UNKNOWN_RANK = 10
# Kind of source -> its usual rank. A source of its own (a core system, a bought list)
# brings its rank along; these are for what has none.
RANKS: Mapping[str, int] = {
    HAND: FIRST,
    "api": 3,
    "import": 4,
    "form": 5,
    "card": 6,
    "demo": 6,
    "list": 8,
    "transactions": 9,
}
OTHER_RANK = 5
# Beside the value that stands.
MOST_SEEN = 3
# A file that changes nothing renews the date of a value only so often, or each night would
# write every customer anew. Within these days a file loaded out of order may win by that.
RENEW = timedelta(days=7)
# What files say of a customer and people may say otherwise. Books, consents and channels
# have rules of their own.
JUDGED = (
    *("name", "name_en", "gender", "birth_date", "lunar_birthday", "phone", "email"),
    *("address", "district", "occupation", "business_class", "id_tail", "since", "source"),
    *("preferred_channel", "risk_tolerance", "note"),
)


@dataclass(frozen=True, order=True)
class Word:
    """One source's word on a field; the greater one stands."""

    strength: int  # minus the rank, so that greater is stronger
    told: str  # local time, "2026-11-22T09:30:00"; a day alone is older than its hours
    value: str

    @classmethod
    def of(cls, rank: int, told: str, value: str) -> Word:
        return cls(-rank, told, value)

    @property
    def rank(self) -> int:
        return -self.strength


@dataclass(frozen=True)
class Verdict:
    """What becomes of a field when a source speaks.

    `stands` tells whether the arriving word takes the place of the one on file, `written`
    whether that is worth a change, and `beside` which of the two is kept as seen.
    """

    stands: bool
    written: bool
    beside: Word | None = None


def ranks(settings: Mapping[str, Any]) -> dict[str, int]:
    """The rank of each kind of source, as the company set it; a hand's is always first."""
    given = settings.get("source_ranks") or {}
    return {
        kind: FIRST if kind == HAND else min(LAST, max(FIRST, int(given.get(kind, usual))))
        for kind, usual in RANKS.items()
    }


def rank_of(origin: Sequence[Any] | None, known: Mapping[str, int]) -> int:
    """The rank of a value on file: its own third entry, else that of its kind of source."""
    if not origin:
        return UNKNOWN_RANK
    if len(origin) > 2:
        return int(origin[2])
    return known.get(kind_of(str(origin[0])), OTHER_RANK)


def kind_of(source: str) -> str:
    return source.partition(":")[0]


def stamp(at: datetime) -> str:
    """A moment of the company's calendar, as provenance keeps it."""
    return at.replace(tzinfo=None).isoformat(timespec="seconds")


def judge(
    arriving: Word, standing: str, origin: Sequence[Any] | None, known: Mapping[str, int]
) -> Verdict:
    """Settle one field: a source says `arriving`, on file is `standing`."""
    by_hand = bool(origin) and kind_of(str(origin[0] if origin else "")) == HAND
    if not standing and not by_hand:
        return Verdict(stands=True, written=True)
    rank = rank_of(origin, known)
    on_file = Word.of(rank, str(origin[1]) if origin else "", standing)
    agrees = arriving.value == standing
    if arriving < on_file:
        apart = not agrees and arriving.rank != rank
        return Verdict(stands=False, written=False, beside=arriving if apart else None)
    if agrees:
        return Verdict(stands=True, written=_renews(arriving, on_file))
    replaced = on_file if standing and arriving.rank != rank else None
    return Verdict(stands=True, written=True, beside=replaced)


def _renews(arriving: Word, on_file: Word) -> bool:
    if arriving.rank != on_file.rank:
        return True
    return renewal(arriving.told) >= on_file.told


def renewal(told: str) -> str:
    """Up to this moment a word is old enough to be renewed by one of `told`."""
    return stamp(datetime.fromisoformat(told) - RENEW)


def told_on(told: str) -> date | None:
    """The day of a moment as provenance keeps it."""
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return None

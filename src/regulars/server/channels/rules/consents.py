"""What a word of the customer is worth at a moment.

A ledger of entries is only ever added to. What stands for one channel and purpose is the
latest entry by the moment at which the customer said it; a yes counts only until it
expires, and only as long as the notice it was given under still says the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Purpose(StrEnum):
    """What the customer is asked about. Marketing, surveys and greetings go by channel."""

    MARKETING = "marketing"
    SURVEY = "survey"
    GREETING = "greeting"
    PROFILING = "profiling"  # scores and lists made from them
    SHARING = "sharing"  # passing data to another company
    SENSITIVE = "sensitive"  # health, finances, faith, children: separate consent
    GUARDIAN = "guardian"  # a parent's word for a child


CHANNELS = ("call", "wecom", "sms", "email")
BY_CHANNEL = (Purpose.MARKETING, Purpose.SURVEY, Purpose.GREETING)
WHOLE = (Purpose.PROFILING, Purpose.SHARING, Purpose.SENSITIVE, Purpose.GUARDIAN)


class Said(StrEnum):
    """What one entry holds. `cleared` takes an entry back that was never said."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLEARED = "cleared"


class Standing(StrEnum):
    """What stands now. Only `given` is a yes; `expired`, `stale` and `unknown` are silence."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    STALE = "stale"
    UNKNOWN = "unknown"


NO = frozenset({Standing.REFUSED, Standing.WITHDRAWN})


@dataclass(frozen=True)
class Entry:
    """One line of the ledger, as far as it decides what stands."""

    said: str
    at: datetime
    expires_at: datetime | None = None
    wording: int | None = None  # version of the notice that was shown
    order: int = 0  # of two entries of one moment the one written later stands


@dataclass(frozen=True)
class Notice:
    """A version of the wording of one purpose; `renewal` ends older consents."""

    version: int
    effective_at: datetime
    renewal: bool


def standing(
    entries: Iterable[Entry], notices: Sequence[Notice] = (), *, at: datetime
) -> Standing:
    """Tell what stands at a moment; the database says the same (`regulars_consent`)."""
    said = [entry for entry in entries if entry.at <= at]
    if not said:
        return Standing.UNKNOWN
    last = max(said, key=lambda entry: (entry.at, entry.order))
    if last.said == Said.CLEARED:
        return Standing.UNKNOWN
    if last.said != Said.GIVEN:
        return Standing(last.said)
    if last.expires_at is not None and last.expires_at <= at:
        return Standing.EXPIRED
    return Standing.STALE if _superseded(last, notices, at) else Standing.GIVEN


def _superseded(entry: Entry, notices: Sequence[Notice], at: datetime) -> bool:
    return any(
        notice.renewal
        and entry.at < notice.effective_at <= at
        and (entry.wording is None or notice.version > entry.wording)
        for notice in notices
    )


# The stricter first: what is kept when two files of one customer become one.
STRICTEST = (
    Standing.REFUSED,
    Standing.WITHDRAWN,
    Standing.STALE,
    Standing.EXPIRED,
    Standing.UNKNOWN,
    Standing.GIVEN,
)


def stricter(one: Standing, other: Standing) -> Standing:
    """Of two standings the one that permits less."""
    return min(one, other, key=rank)


def rank(standing: Standing) -> int:
    """How much a standing permits: the stricter, the less."""
    return STRICTEST.index(standing)


def needs_renewal(before: Terms | None, after: Terms) -> bool:
    """Tell whether a new notice asks for more than the last: then it must be asked again.

    More is: another purpose or method, or a kind of data that was not named before. Fewer
    kinds, a new address or clearer words need no new consent.
    """
    if before is None:
        return False
    return before.method != after.method or not set(after.kinds) <= set(before.kinds)


@dataclass(frozen=True)
class Terms:
    """What a notice asks for, as far as a change of it matters."""

    method: str
    kinds: tuple[str, ...]

"""What the speaker is to mind: which way to go, what to leave unsaid, whether to offer.

These rules warn a person who is about to talk. Whether a message may go out at all is
decided elsewhere, by the policy of `channels`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

RECENT = timedelta(days=90)  # so long a grief or an illness keeps products away
GROWN_UP = 18
IN_A_ROW = 3  # contacts one way, after which another is worth a try


class Avoid(StrEnum):
    """Something not to be said, or to be minded, with this customer."""

    GRIEF = "grief"
    ILLNESS = "illness"
    COMPLAINT = "complaint"
    MARKETING = "marketing"
    PROFILING = "profiling"
    MINOR = "minor"
    RECORD = "record"
    UNTESTED = "untested"
    EXPIRED = "expired"


# With one of these no product comes up at all, whatever its risk.
NO_PRODUCT = frozenset(
    {Avoid.GRIEF, Avoid.ILLNESS, Avoid.COMPLAINT, Avoid.MARKETING, Avoid.PROFILING}
)
# With one of these none that may lose money.
NO_RISK = frozenset({Avoid.MINOR, Avoid.UNTESTED, Avoid.EXPIRED})
LIVES = {"bereavement": Avoid.GRIEF, "illness": Avoid.ILLNESS}


@dataclass(frozen=True)
class Guard:
    """What a company's trade asks of whoever talks.

    `risk_valid` and `record_from` count only where products with a risk are sold.
    """

    sells_risk: bool = False
    risk_valid: int = 365  # days that the answers of a risk test hold
    record_from: int = 65  # from this age on a sale is recorded in sound and picture

    @classmethod
    def of(cls, settings: Mapping[str, Any], *, kind: str) -> Guard:
        """Read a company's settings: `risk_valid_days`, `record_from_age`."""
        return cls(
            sells_risk=kind == "bank",
            risk_valid=int(settings.get("risk_valid_days", cls.risk_valid)),
            record_from=int(settings.get("record_from_age", cls.record_from)),
        )


@dataclass(frozen=True)
class Known:
    """The customer, as far as it decides what may be said.

    `lives` are kinds of life events with their day; `risk_on` is the day from which the
    answers of the risk test are, where the file tells.
    """

    is_person: bool
    age: int | None = None
    refuses: bool = False
    no_profiling: bool = False
    risk: int | None = None
    risk_on: date | None = None
    lives: Sequence[tuple[str, date]] = ()
    complaint: bool = False


@dataclass(frozen=True)
class Way:
    """Which way to go and why: the customer's wish, the reason's, a change, or the only one.

    `also` is another open way, where the last contacts all went by the suggested one; `worn`
    is the way that they all went, where another is suggested.
    """

    channel: str
    why: str  # preferred, usual, varies, only
    also: str = ""
    worn: str = ""


def avoid(known: Known, *, today: date, guard: Guard) -> tuple[Avoid, ...]:
    """Return what is to be left unsaid or minded, what weighs most first."""
    found = {LIVES[kind] for kind, day in known.lives if kind in LIVES and _recent(day, today)}
    if known.complaint:
        found.add(Avoid.COMPLAINT)
    if known.refuses:
        found.add(Avoid.MARKETING)
    if known.no_profiling:
        found.add(Avoid.PROFILING)
    if known.is_person:
        found |= _of_person(known, today=today, guard=guard)
    return tuple(one for one in Avoid if one in found)


def may_offer(found: Collection[Avoid], *, risk: int | None, tolerance: int | None) -> bool:
    """Tell whether a product of that risk (R1-R5, None: no risk) may come up in a talk."""
    if NO_PRODUCT & set(found):
        return False
    if risk is None:
        return True
    return not NO_RISK & set(found) and tolerance is not None and risk <= tolerance


def way(
    *,
    preferred: str,
    usual: Sequence[str],
    ways: Sequence[str],
    last: Sequence[str],
    firm: bool,
) -> Way | None:
    """Choose among the open ways: the customer's wish, then the reason's order.

    A wish and a `firm` reason (a promise, money leaving) are not given up for a change.
    """
    order = list(dict.fromkeys(one for one in (preferred, *usual, *ways) if one in ways))
    if not order:
        return None
    first, others = order[0], order[1:]
    worn = len(last) >= IN_A_ROW and set(last[:IN_A_ROW]) == {first}
    if not others:
        return Way(first, "preferred" if first == preferred else "only")
    if first == preferred or firm:
        why = "preferred" if first == preferred else "usual"
        return Way(first, why, also=others[0] if worn else "")
    return Way(others[0], "varies", worn=first) if worn else Way(first, "usual")


def _of_person(known: Known, *, today: date, guard: Guard) -> set[Avoid]:
    found: set[Avoid] = set()
    minor = known.age is not None and known.age < GROWN_UP
    if minor:
        found.add(Avoid.MINOR)
    if not guard.sells_risk:
        return found
    if known.age is not None and known.age >= guard.record_from:
        found.add(Avoid.RECORD)
    if known.risk is None:
        found.add(Avoid.UNTESTED)
    elif known.risk_on and (today - known.risk_on).days > guard.risk_valid:
        found.add(Avoid.EXPIRED)
    return found


def _recent(day: date, today: date) -> bool:
    return today - RECENT <= day <= today

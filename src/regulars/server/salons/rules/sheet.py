"""What a salon is short of before anybody is invited."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Lack(StrEnum):
    """What is missing; the first ones stop the invitations, the last ones are pointed out."""

    AUDIENCE = "audience"
    PLACE = "place"
    LIST = "list"
    WORDS = "words"  # no message: managers invite by themselves
    SHEET = "sheet"
    TAKING_PART = "taking_part"  # guests only listen
    TOO_LONG = "too_long"  # the parts take longer than the salon
    BUDGET = "budget"


STOPS = frozenset({Lack.PLACE, Lack.LIST})


@dataclass(frozen=True)
class Part:
    """One part of the activity sheet."""

    minutes: int
    takes_part: bool


def lacks(
    *,
    audience: str,
    place: str,
    listed: int,
    message: str,
    parts: Sequence[Part],
    minutes: int,
    budgeted: bool,
) -> list[Lack]:
    """What is missing, what stops the invitations first."""
    found = {
        Lack.PLACE: not place.strip(),
        Lack.LIST: not listed,
        Lack.AUDIENCE: not audience,
        Lack.WORDS: not message,
        Lack.SHEET: not parts,
        Lack.TAKING_PART: bool(parts) and not any(part.takes_part for part in parts),
        Lack.TOO_LONG: sum(part.minutes for part in parts) > minutes,
        Lack.BUDGET: not budgeted,
    }
    return [lack for lack, is_so in found.items() if is_so]

"""What a judged contact scores: shares of its checklist, a must counting double."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from regulars.base.errors import BadInput

YES, NO, NONE = "yes", "no", "na"
ANSWERS = (YES, NO, NONE)


class NothingJudged(BadInput):
    """No item was answered with yes or no."""


class Unanswered(BadInput):
    """An item has no answer."""


@dataclass(frozen=True)
class Judged:
    """One item of the checklist as it was when the contact was judged."""

    key: str
    zh: str
    en: str
    must: bool


def score(items: tuple[Judged, ...], answers: Mapping[str, str]) -> int:
    """The share of items that were met, of those that applied, from 0 to 100.

    :raises Unanswered: an item without an answer.
    :raises NothingJudged: no item applied.
    """
    met = asked = 0
    for item in items:
        answer = answers.get(item.key)
        if answer not in ANSWERS:
            raise Unanswered(item.key)
        weight = 2 if item.must else 1
        if answer != NONE:
            asked += weight
            met += weight if answer == YES else 0
    if not asked:
        raise NothingJudged("no item applied")
    return round(100 * met / asked)


def missed_musts(items: tuple[Judged, ...], answers: Mapping[str, str]) -> list[str]:
    return [item.key for item in items if item.must and answers.get(item.key) == NO]

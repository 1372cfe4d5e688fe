"""The company's settings of complaints: how long, from which tier on, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LEVELS = (5, 4, 3, 2, 1)  # of tiers, the top first
UNTIERED = 2  # customers without a tier, and strangers, wait like the mass
SIMPLE, COMPLEX = 15, 30  # days of the calendar (C-63)
EXTENSION = 30  # days, once, with the approval of another person (C-63)

# Working hours until the first answer in the matter; no source says more than that valued
# customers come first, so these are our proposals, and settings.
ANSWER_HOURS: Mapping[int, int] = {5: 8, 4: 16, 3: 24, 2: 40, 1: 40}
# Where the service standard says nothing: triggers.md, table 3 (2 h, 4 h, else a working day).
ACKNOWLEDGE_HOURS: Mapping[int, int] = {5: 2, 4: 4, 3: 8, 2: 8, 1: 8}


@dataclass(frozen=True)
class Policy:
    """Setting `complaints` of the company.

    Attributes
    ----------
    answer
        Working hours until the first answer, by level of tier.
    simple, complex
        Days until a case is resolved, counted on the calendar (15 and 30: C-63).
    rise
        Working hours that a late case stays on one rung of the line.
    key_from
        Level from which on customers come first in every list.
    pause
        Days that the clocks may stand still for one wait.
    call_back
        Working days until somebody else calls after the closing.
    template, template_en
        How an answer begins and ends; empty: as the house words it.
    """

    answer: Mapping[int, int] = field(default_factory=lambda: dict(ANSWER_HOURS))
    simple: int = SIMPLE
    complex: int = COMPLEX
    rise: int = 4
    key_from: int = 4
    pause: int = 30
    call_back: int = 3
    template: str = ""
    template_en: str = ""

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Policy:
        """Read a company's settings; what is not set keeps its default."""
        given = settings.get("complaints", {})
        hours = given.get("answer", {})
        numbers = ("simple", "complex", "rise", "key_from", "pause", "call_back")
        return cls(
            answer={n: int(hours.get(str(n), ANSWER_HOURS[n])) for n in LEVELS},
            template=str(given.get("template", "")),
            template_en=str(given.get("template_en", "")),
            **{name: int(given.get(name, getattr(cls, name))) for name in numbers},
        )

    def kept(self) -> dict[str, Any]:
        """As it is kept in the settings."""
        names = (
            *("simple", "complex", "rise", "key_from", "pause", "call_back"),
            *("template", "template_en"),
        )
        return {name: getattr(self, name) for name in names} | {
            "answer": {str(level): hours for level, hours in self.answer.items()}
        }

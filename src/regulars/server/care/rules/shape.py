"""What a trigger is: a name, how urgent it is, and what to say.

Texts are templates; the fields a text may use are listed in `FIELDS`. A script is one or
two sentences to say aloud; `hint` is for the speaker only.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

FIELDS = (
    *("name", "amount", "day", "days", "weekday", "product", "tier", "gap", "low", "high"),
    *("mean", "last", "step", "interval", "lunar", "missing", "event", "number", "partner"),
    "lead",
)


class Priority(IntEnum):
    """What comes first, before any score."""

    PROMISE = 1
    LOSS = 2
    MATURITY = 3
    GROWTH = 4
    CARE = 5


@dataclass(frozen=True)
class Text:
    """The same words in both languages."""

    zh: str
    en: str

    def of(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class Trigger:
    """Why somebody is to be touched. Every number is a default that a company may change.

    Attributes
    ----------
    marketing
        Obeys consent; service reasons do not.
    deadline
        Working days from the morning that finds it.
    keep
        Working days after the deadline until the task expires.
    """

    code: str
    name: Text
    priority: Priority
    marketing: bool
    deadline: int
    keep: int
    minutes: int
    icon: str
    kind: str  # of the chip: loss, due, growth, care
    chip: Text
    script: Text
    hint: Text

"""What a trigger is: a name, how urgent it is, and what to say.

Texts are templates; the fields a text may use are listed in `FIELDS`. A script is one or
two sentences to say aloud; `hint` is for the speaker only.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import IntEnum, StrEnum

from regulars.server.care.rules.detectors import REGISTER, Detector

FIELDS = (
    *("name", "amount", "day", "days", "weekday", "product", "tier", "gap", "low", "high"),
    *("mean", "last", "step", "interval", "lunar", "missing", "event", "number", "partner"),
    *("lead", "count", "value", "item", "say"),
)


class Priority(IntEnum):
    """What comes first, before any score."""

    PROMISE = 1
    LOSS = 2
    MATURITY = 3
    GROWTH = 4
    CARE = 5


class Desk(StrEnum):
    """On whose list a card stands: one card per customer, day and desk."""

    RM = "rm"  # who leads the customer's book
    MANAGER = "manager"  # the head of the branch
    LEADER = "leader"  # the ranks above
    SERVICE = "service"  # the remote team and operations


class Pack(StrEnum):
    """Whose trade a trigger belongs to; a company switches whole packs on and off."""

    UNIVERSAL = "universal"
    BANK = "bank"
    CORPORATE = "corporate"
    INSURANCE = "insurance"
    AUTO = "auto"
    ESTATE = "estate"
    RETAIL = "retail"
    B2B = "b2b"
    OWN = "own"  # made by the company itself; always on, each has a switch of its own


class Stake(StrEnum):
    """What is at stake in a reason."""

    CUSTOMER = "customer"  # what the run says of the customer
    AMOUNT = "amount"  # the sum that the reason names
    NOTHING = "nothing"


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
        Working days from the later of the day it happened and the day we learned of it.
    keep
        Working days after the deadline until the task expires.
    channels
        The ways to go, best first; the customer's own preference comes before them.
    chance
        Which part of the stake such a contact changes, where outcomes do not say yet (0-1).
        An assumption of ours, not a finding; a setting.
    source
        Where practice was written down; "P": a proposal of ours.
    wait
        Minutes that pass before it speaks the same day: a cart may still be ordered.
    rest
        Days for which it says no second word to the same customer.
    since
        What happened before this day is old news to it; None for no such day.
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
    detect: Detector = REGISTER
    pack: Pack = Pack.UNIVERSAL
    desk: Desk = Desk.RM
    channels: tuple[str, ...] = ("call",)
    stake: Stake = Stake.CUSTOMER
    chance: float = 0.05
    source: str = "P"
    wait: int = 0
    rest: int = 0
    since: date | None = None

    def __hash__(self) -> int:
        """By its code: what is kept by trigger is asked for each of a million reasons."""
        return hash(self.code)

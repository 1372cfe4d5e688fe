"""What a text is once it was read: words in two languages, where they fit, steps, items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """The four things that people write and others approve."""

    SCRIPT = "script"
    OBJECTION = "objection"
    PLAYBOOK = "playbook"
    CHECKLIST = "checklist"


class Answer(StrEnum):
    """How a question is answered."""

    YES_NO = "yes_no"
    SCORE = "score"  # one to five
    NPS = "nps"  # nought to ten
    CHOICE = "choice"
    TEXT = "text"
    NUMBER = "number"
    DATE = "date"


CHANNELS = ("call", "visit", "wecom", "sms", "email", "branch")
PURPOSES = (
    *("contact", "visit", "review", "greeting", "post_sale"),
    *("renewal", "complaint", "opportunity"),
)
STAGES = (
    *("prospect", "intent", "new", "active", "loyal"),
    *("at_risk", "dormant", "lost", "reactivated"),
)
CLASSES = ("settlement", "credit", "relationship", "channel")
LEVELS = (5, 4, 3, 2, 1)


@dataclass(frozen=True)
class Words:
    """The same words in both languages; where one is missing the other is shown."""

    zh: str = ""
    en: str = ""

    def of(self, language: str) -> str:
        return (self.zh or self.en) if language.startswith("zh") else (self.en or self.zh)

    def __bool__(self) -> bool:
        return bool(self.zh or self.en)


NOTHING = Words()


@dataclass(frozen=True)
class Fitting:
    """Where a text fits; what is left empty fits everywhere.

    Attributes
    ----------
    triggers, channels, purposes, stages, levels, classes
        Codes of which one must be the customer's or the contact's.
    products, kinds
        Products by code, and kinds of product: one of either is enough.
    """

    triggers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()


DIMENSIONS = tuple(Fitting.__dataclass_fields__)


@dataclass(frozen=True)
class Card:
    """A script, or an objection with its answer.

    Attributes
    ----------
    title
        The name of a script; of an objection what the customer says.
    say
        To be said aloud.
    hint
        For the speaker only; of an objection the value that the answer stands on.
    """

    title: Words
    say: Words
    hint: Words = NOTHING
    fits: Fitting = Fitting()


@dataclass(frozen=True)
class Question:
    """One question of a form."""

    key: str
    text: Words
    kind: str
    choices: tuple[Words, ...] = ()


@dataclass(frozen=True)
class Step:
    """What is done so many days after the beginning."""

    key: str
    day: int
    purpose: Words
    channel: str
    minutes: int = 10
    say: Words = NOTHING
    hint: Words = NOTHING
    questions: tuple[Question, ...] = ()


@dataclass(frozen=True)
class Playbook:
    """What follows a purchase, step by step.

    `begins` says what day 0 is: "purchase", "opened" (a holding), or a kind of event.
    """

    title: Words
    begins: str
    steps: tuple[Step, ...]
    fits: Fitting = Fitting()
    note: Words = NOTHING


@dataclass(frozen=True)
class Line:
    """Something to tick; `must` weighs double where samples are judged."""

    key: str
    text: Words
    must: bool = False


@dataclass(frozen=True)
class Checklist:
    """What belongs to a contact of some kind."""

    title: Words
    items: tuple[Line, ...]
    fits: Fitting = Fitting()


Body = Card | Playbook | Checklist


@dataclass(frozen=True)
class Asked:
    """The situation for which a text is looked for; what is not known stays empty."""

    triggers: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    products: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    stages: tuple[str, ...] = ()
    levels: tuple[int, ...] = ()
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Shipped:
    """A text that comes with Regulars, of one trade."""

    kind: Kind
    code: str
    trade: str
    body: Body
    raw: Mapping[str, object] = field(default_factory=dict, compare=False)

"""What a text is once it was read: words in two languages, where they fit, steps, items."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What people write and others approve."""

    SCRIPT = "script"
    OBJECTION = "objection"
    PLAYBOOK = "playbook"
    CHECKLIST = "checklist"
    MESSAGE = "message"
    SNIPPET = "snippet"  # a Card of a few sentences


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
    """A script, an objection with its answer, or a snippet to copy.

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
    tags: tuple[str, ...] = ()


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


MESSAGE_CHANNELS = ("sms", "email", "wecom", "call", "visit")
MESSAGE_PURPOSES = ("marketing", "service", "survey", "greeting")
WITH_SUBJECT = ("email",)
LONGEST_TEXT = {"sms": 500, "wecom": 4_000, "email": 12_000, "call": 4_000, "visit": 4_000}


@dataclass(frozen=True)
class Wording:
    """One way to say a message, as Liquid; `html` stays empty where it is made of the text."""

    subject: Words = NOTHING
    text: Words = NOTHING
    html: Words = NOTHING


@dataclass(frozen=True)
class Message:
    """What is sent to customers, or said by script, on one channel and for one purpose.

    Attributes
    ----------
    wordings
        A, and B where two are tried against each other.
    product, product_kind
        What it is about; its kind and risk come from the catalogue.
    valid_until
        The last day on which it is sent, "2026-12-31", or nothing.
    fallback
        The language for customers whose own is not written: "zh" or "en".
    """

    title: Words
    channel: str
    purpose: str
    wordings: tuple[Wording, ...]
    product: str = ""
    product_kind: str = ""
    valid_until: str = ""
    fallback: str = "zh"
    tags: tuple[str, ...] = ()
    fits: Fitting = Fitting()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages in which every wording is written."""
        both = ("zh", "en")
        return tuple(one for one in both if all(getattr(w.text, one) for w in self.wordings))

    def language_for(self, wanted: str) -> str:
        """The language a customer gets: their own, else the fallback, else what is there."""
        written = self.languages
        own = wanted[:2].lower()
        if own in written or not written:
            return own if own in written else self.fallback
        return self.fallback if self.fallback in written else written[0]


Body = Card | Playbook | Checklist | Message


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

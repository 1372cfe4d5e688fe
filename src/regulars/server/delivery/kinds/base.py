"""The contract of a channel kind: what it can, how it sends, what it hears back.

A kind knows one provider and nothing of customers, queues or the database. It is given its
settings and the world it may use, and messages one by one as they were written; it says
truthfully what became of each. What it cannot carry it refuses before anything is sent.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import ClassVar, Self

from django.utils.functional import Promise

from regulars.server.core.webhooks.rules import Network
from regulars.server.delivery.kinds.heard import Answer, Call, Event, Forged

Text = str | Promise


class Twice(StrEnum):
    """Whether what may have gone out already may be handed over again."""

    NEVER = "never"  # nobody can ask the provider: SMTP, Aliyun
    KEYED = "keyed"  # the provider knows our key and sends once
    WHILE = "while"  # it knows our key for `Capabilities.known_for` seconds


@dataclass(frozen=True)
class Allowance:
    """What the provider lets one customer have: so many messages from a day to a day."""

    start: date
    stop: date  # not included
    messages: int


@dataclass(frozen=True)
class Capabilities:
    """What a kind can do; settings may change it, so ask a made kind, not its class.

    Attributes
    ----------
    longest
        Most units of text it takes (characters, or UTF-16 units of SMS); None: no limit.
    subject, html, attachments
        Whether a message may have them; `attachments` is how many.
    receipts, replies, clicks
        Whether the provider tells what became of a message, and what was answered.
    confirmed_by_a_person
        An employee of the company must confirm before it goes out (WeCom).
    together
        Customers who may be handed over in one call when text and sender are the same; 1: each
        alone.
    twice, known_for
        Whether a message whose end nobody saw may go again, and for how many seconds.
    per_second
        The provider's own limit of calls; None: none known.
    reminders
        How often within 24 hours who must confirm may be asked again; 0: never.
    """

    longest: int | None = None
    subject: bool = False
    html: bool = False
    attachments: int = 0
    receipts: bool = False
    replies: bool = False
    clicks: bool = False
    confirmed_by_a_person: bool = False
    together: int = 1
    twice: Twice = Twice.NEVER
    known_for: int = 0
    per_second: float | None = None
    reminders: int = 0


@dataclass(frozen=True)
class Field:
    """One setting of a line, as the form shows it. A `secret` is never shown again."""

    name: str
    label: Text
    help: Text = ""
    required: bool = True
    secret: bool = False
    default: str = ""
    choices: tuple[tuple[str, Text], ...] = ()


@dataclass(frozen=True)
class Message:
    """One message to one customer.

    Attributes
    ----------
    key
        Unique to this message for ever; what providers with keys are given.
    to
        Phone in E.164, e-mail address, or the provider's own id of the person.
    marketing
        Whether the words and headers of advertising are owed.
    language
        "zh" or "en".
    sender
        Who of the company it is from (WeCom: the employee's user id); empty: the line.
    stop
        Address that refuses further messages by one POST (RFC 8058); empty: none.
    template, values
        For providers that hold the text themselves: their template's code, its values.
    """

    key: str
    to: str
    text: str
    subject: str = ""
    html: str = ""
    marketing: bool = True
    language: str = "zh"
    name: str = ""
    sender: str = ""
    stop: str = ""
    template: str = ""
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Size:
    """What a message weighs: parts that are paid for, units of text, and in which alphabet."""

    parts: int = 1
    units: int = 0
    alphabet: str = ""  # "gsm7", "ucs2", "characters"; empty where it does not matter


class End(StrEnum):
    """What came of handing a message over."""

    SENT = "sent"  # the provider has it
    CREATED = "created"  # the provider has it, and waits for a person of ours
    LATER = "later"  # not taken now; the same message may be taken in a while
    REFUSED = "refused"  # not taken, and never will be
    UNKNOWN = "unknown"  # it may have gone out; nobody saw the end
    TAKEN = "taken"  # it was no longer ours to send; nothing went out


@dataclass(frozen=True)
class Receipt:
    """The end of one attempt, and what the provider said.

    Attributes
    ----------
    code, said
        The provider's own code, and its words (at most 200 characters).
    id
        What the provider calls the message; later events name it.
    wait
        Seconds after which to try again, where the provider said so.
    dead
        The address does not exist: nothing is to be sent there any more.
    stopped
        The customer refused more at the provider: nothing is to be sent there any more.
    line
        The whole line refuses (balance, wrong password, suspended): others will fare no better.
        With LATER the message may go once somebody mended the line.
    """

    end: End
    id: str = ""
    code: str = ""
    said: str = ""
    wait: float | None = None
    dead: bool = False
    stopped: bool = False
    line: bool = False


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class World:
    """What an installation lends to its kinds.

    Attributes
    ----------
    own
        Networks inside the house that a provider may be in; all others must be public.
    folder
        Where a kind may write; None: nowhere.
    clock
        Signatures and dates of letters need the time.
    """

    own: tuple[Network, ...] = ()
    folder: Path | None = None
    clock: Callable[[], datetime] = _now


class Carrier(ABC):
    """An open line; one thread uses it at a time, for many messages."""

    @abstractmethod
    def send(self, message: Message, mark: Callable[[], bool]) -> Receipt:
        """Hand one message over.

        `mark` is called once, at the last moment at which nothing has gone out yet; where it
        says no, nothing is sent and the end is TAKEN. An end nobody saw after it is UNKNOWN;
        LATER and REFUSED mean that nothing went out, marked or not. Never raises for what the
        provider or the network does.
        """

    def send_together(
        self, messages: Sequence[Message], mark: Callable[[], Sequence[str]]
    ) -> Mapping[str, Receipt]:
        """Hand over messages of one text in one call; `mark` gives the keys still ours.

        Only kinds whose `together` is above 1 are asked.
        """
        raise NotImplementedError

    def close(self) -> None:  # noqa: B027 - most have nothing to close
        """Let go of the connection."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()


class Kind(ABC):
    """A provider. `settings` are what `fields` name; reading them must not reach out."""

    code: ClassVar[str]
    channel: ClassVar[str]  # "email", "sms", "wecom"; "" for one that carries any
    name: ClassVar[Text]
    can: Capabilities
    fields: ClassVar[tuple[Field, ...]]

    def __init__(self, settings: Mapping[str, str], world: World | None = None) -> None:
        defaults = {field.name: field.default for field in self.fields}
        self.settings: Mapping[str, str] = defaults | dict(settings)
        self.world = world or World()

    @abstractmethod
    def check(self) -> None:
        """Look whether the settings can work, without reaching out.

        :raises BadInput: they cannot; it says which and what to write instead.
        """

    @abstractmethod
    def open(self) -> Carrier:
        """Make a line ready to send; it may connect with the first message."""

    def words(self, message: Message) -> Message:
        """The message as it will arrive: with signature, opt-out words, mark of advertising.

        Words that are there already are not added twice. `send`, `size` and `refusal` are given
        the message as it was written and do this themselves.
        """
        return message

    def size(self, message: Message) -> Size:
        """What the message weighs, as `words` gives it."""
        return Size()

    def refusal(self, message: Message) -> str:
        """Why this kind cannot carry the message, in words; empty: it can."""
        return ""

    def allowance(self, on: date) -> Allowance | None:
        """What the provider lets one customer have around a day; None: it says nothing."""
        return None

    def hear(self, call: Call, *, at: datetime) -> Answer:
        """Read a call of the provider.

        :raises Forged: the provider did not sign it.
        """
        raise Forged("This kind of line hears nothing.")

    def ask(self, ids: Sequence[str], *, at: datetime) -> tuple[Event, ...]:
        """Ask the provider what became of messages, where it does not tell by itself.

        Nothing is said of those that still wait; one that cannot be asked now still waits.
        """
        return ()

    def remind(self, ids: Sequence[str]) -> tuple[Receipt, ...]:
        """Ask the people of ours who must confirm some messages once more.

        One receipt for each task, SENT where they were asked; it stops where the whole line
        refuses. Only kinds whose `reminders` is above 0 are asked.
        """
        return ()

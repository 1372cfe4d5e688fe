"""What requests about the work of a day say and are told."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Annotated, ClassVar, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, Whose
from regulars.server.core.api.shapes import PLAIN, Cursor, Digits
from regulars.server.customers.api import CustomerRef

Id = Annotated[str, Field(**PUBLIC_ID)]
Channel = Literal["call", "visit", "wecom", "sms", "email", "branch"]


class Reason(Schema):
    """Why the customer is to be touched."""

    trigger: str = Field(examples=["deposit_maturity"])
    words: str = Field(description="As on the card, in the language asked for.")
    due_on: date
    happens_on: date | None
    open: bool


class CardOut(Schema):
    """One customer's reasons of one day, and what came of them."""

    id: str
    day: date
    due_on: date
    state: Literal["open", "done", "snoozed", "expired"]
    priority: int = Field(description="1 promise, 2 loss, 3 maturity, 4 growth, 5 care.")
    minutes: int
    stake: str
    gain: str = Field(description="What the contact is expected to change.")
    late: bool
    customer: CustomerRef
    book: str
    owner: str = Field(description="User name of the book's owner; may be empty.")
    reasons: list[Reason]
    outcome: str
    next_step: str
    next_on: date | None
    closed_at: datetime | None
    closed_by: str


class Offered(Schema):
    """A result that the card takes."""

    outcome: str = Field(examples=["reached"])
    steps: list[str] = Field(description="What may follow, the usual one first.")


class CardAlone(CardOut):
    """One card with the results that it takes."""

    outcomes: list[Offered]


class CardPage(Schema):
    """Some cards, and where to go on."""

    cards: list[CardOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedCards(Whose):
    """Which cards of whose list."""

    state: Literal["open", "all"] = Field("open", description="all: those with a result too.")


class OutcomeIn(InTheNameOf):
    """What two clicks say."""

    outcome: str = Field(max_length=24, pattern="^[a-z_]+$", examples=["reached"])
    step: str = Field(max_length=24, pattern="^[a-z_0-9]+$", examples=["done"])
    channel: Channel = "call"


class SnoozeIn(InTheNameOf):
    """Until when, and why."""

    until: date
    reason: Literal["asked", "away", "waiting", "no_time"]


class PromiseIn(Schema):
    """What was promised in the contact."""

    text: str = Field(max_length=300, examples=["send the written quote"])
    due_on: date
    due_hour: str | None = Field(None, pattern="^[0-2][0-9]:[0-5][0-9]$", examples=["10:00"])


class ContactIn(InTheNameOf):
    """A contact in full, as the form of the pages takes it."""

    customer: Id
    channel: Channel
    outcome: Literal[
        "reached", "no_answer", "interested", "not_now", "done", "wrong_number",
        "refused_all", "unsuitable", "deceased", "other",
    ]  # fmt: skip
    inbound: bool = False
    service: bool | None = Field(None, description="null: as the open reasons say.")
    topic: Literal[
        "", "contact", "service", "renewal", "complaint", "review", "post_sale",
        "greeting", "opportunity",
    ] = ""  # fmt: skip
    note: str = Field("", max_length=4000, pattern=PLAIN)
    need: str = Field("", max_length=300, pattern=PLAIN)
    key_concern: str | None = Field(None, max_length=300, pattern=PLAIN)
    next_step: str = Field("", max_length=300, pattern=PLAIN)
    next_on: date | None = None
    promise: PromiseIn | None = None
    visit: Id | None = Field(None, description="The planned visit that this contact was.")
    beside: str = Field(
        "", max_length=60, pattern=PLAIN, description="User name of who came along."
    )


class ContactOut(Schema):
    """A contact as it was written."""

    id: str
    customer: str
    at: datetime
    channel: str
    outcome: str
    two_way: bool
    taken_back: bool = False


Topic = Literal[
    "contact", "service", "renewal", "complaint", "review", "post_sale", "greeting",
    "opportunity",
]  # fmt: skip


class WantedVisits(InTheNameOf):
    """Whose visits, and of which days."""

    MOST: ClassVar[int] = 92

    first: date | None = Field(None, description="null: today.")
    last: date | None = Field(None, description="null: two weeks on; 92 days at most.")


class VisitIn(InTheNameOf):
    """A visit to be planned."""

    customer: Id
    day: date
    hour: str | None = Field(
        None, pattern="^([01][0-9]|2[0-3]):[0-5][0-9]$", examples=["10:00"]
    )
    topic: Topic = "contact"
    aim: str = Field("", max_length=200, pattern=PLAIN)
    place: str = Field("", max_length=200, pattern=PLAIN)
    beside: str = Field(
        "", max_length=60, pattern=PLAIN, description="User name of who comes along."
    )


class CheckInIn(InTheNameOf):
    """That somebody is there."""


class CancelIn(InTheNameOf):
    """Why a visit is called off."""

    reason: str = Field(min_length=1, max_length=200, pattern=PLAIN)


class VisitOut(Schema):
    """One visit, and what became of it."""

    id: str
    customer: CustomerRef
    person: str = Field(description="User name of who goes.")
    beside: str = Field(description="User name of who comes along; may be empty.")
    day: date
    hour: time | None
    topic: str
    aim: str
    place: str
    state: Literal["planned", "done", "cancelled"]
    arrived_at: datetime | None
    why_not: str


class VisitList(Schema):
    """Some visits."""

    visits: list[VisitOut]


class WantedAnswers(InTheNameOf):
    """Whose customers' answers."""

    customer: Id | None = Field(None, description="null: of all whom the person sees.")
    limit: Digits = Field(100, ge=1, le=500)
    cursor: Cursor | None = Field(None, description="`next` of the last page.")


class AnswerOut(Schema):
    """What a customer answered to one question of a playbook's step."""

    customer: CustomerRef
    contact: str = Field(description="The contact in which it was said.")
    playbook: str
    step: str
    question: str
    asked: str = Field(description="The question as it was asked.")
    kind: Literal["yes_no", "score", "nps", "choice", "text", "number", "date"]
    number: str | None = Field(description="1 or 0 for yes or no; of a choice its place.")
    text: str
    day: date | None
    low: bool = Field(description="So low that somebody asks why.")
    at: datetime


class AnswerPage(Schema):
    """Some answers, and where to go on."""

    answers: list[AnswerOut]
    next: int | None = Field(description="Pass it as `cursor`; null on the last page.")


class UndoIn(InTheNameOf):
    """That a contact is taken back."""

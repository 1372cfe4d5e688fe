"""What requests about the work of a day say and are told."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, Whose
from regulars.server.core.api.shapes import PLAIN
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


class ContactOut(Schema):
    """A contact as it was written."""

    id: str
    customer: str
    at: datetime
    channel: str
    outcome: str
    two_way: bool

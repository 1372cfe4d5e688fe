"""What requests and answers about complaints look like."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, Money, Whose
from regulars.server.core.api.shapes import PLAIN
from regulars.server.customers.api import CustomerRef

Id = Annotated[str, Field(**PUBLIC_ID)]
Channel = Literal[
    "call", "counter", "wecom", "app", "email", "letter", "regulator", "media", "other"
]


class ComplaintOut(Schema):
    """One complaint, and where it stands."""

    id: str
    number: str = Field(description="What people say on the phone.", examples=["26-00017"])
    reference: str = Field(description="Its number in the system that told it; may be empty.")
    customer: CustomerRef | None = Field(description="null: a person not on file yet.")
    who: str
    type: str = Field(description="Code of the company's list.", examples=["fees"])
    channel: Channel
    words: str
    severity: Literal[1, 2, 3] = Field(description="3: money, law or the public.")
    state: Literal["open", "closed"]
    handler: str = Field(description="User name; may be empty.")
    received_at: datetime
    acknowledge_by: datetime
    answer_by: datetime
    resolve_by: datetime
    waiting: bool = Field(description="The clocks stand still: we wait for the customer.")
    acknowledged_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    result: Literal["", "upheld", "partly", "not_upheld", "withdrawn"]
    call_by: datetime | None = Field(description="Until when somebody else calls back.")
    called_at: datetime | None
    content: bool | None = Field(description="What the customer said then; null: unsaid.")
    rounds: int = Field(description="Opened so many times.")


class EntryOut(Schema):
    """A line of one of the company's lists."""

    code: str = Field(examples=["fees"])
    name: str
    name_en: str = Field(description="May be empty.")
    is_complex: bool = Field(description="Of a type: complex as a rule, with longer clocks.")


class ListsOut(Schema):
    """What may be named as type and as cause."""

    types: list[EntryOut]
    causes: list[EntryOut]


class ComplaintPage(Schema):
    """Some complaints, and where to go on."""

    complaints: list[ComplaintOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedComplaints(Whose):
    """Which complaints of those that a person sees."""

    state: Literal["open", "all"] = Field("open", description="all: closed ones too.")


class OpenIn(InTheNameOf):
    """A complaint as another system heard it."""

    reference: str = Field(
        min_length=1,
        max_length=60,
        pattern=PLAIN,
        description="Its number there. One that is known is that complaint, not another.",
    )
    words: str = Field(min_length=1, max_length=4000, pattern=PLAIN)
    type: str = Field("other", max_length=24, pattern=PLAIN)
    channel: Channel = "other"
    severity: Literal[1, 2, 3] = 2
    customer: Id | None = Field(None, description="null: a person not on file; name `who`.")
    who: str = Field("", max_length=120, pattern=PLAIN)
    phone: str = Field("", max_length=40, pattern=PLAIN)
    wish: str = Field("", max_length=500, pattern=PLAIN)
    received_at: datetime | None = Field(None, description="With a time zone; null: now.")


class NoteIn(InTheNameOf):
    """What was found out."""

    words: str = Field(min_length=1, max_length=2000, pattern=PLAIN)


class AcknowledgeIn(InTheNameOf):
    """The customer knows that we know."""

    note: str = Field("", max_length=500, pattern=PLAIN)


class HandIn(InTheNameOf):
    """Who handles it from now on."""

    to: str = Field(min_length=1, max_length=60, pattern=PLAIN, description="User name.")
    note: str = Field("", max_length=500, pattern=PLAIN)


class ReopenIn(InTheNameOf):
    """What is left to be settled."""

    reason: str = Field(min_length=1, max_length=500, pattern=PLAIN)


class CallIn(InTheNameOf):
    """What the customer said to somebody who never handled the case."""

    content: bool | None = Field(None, description="null: did not say.")
    note: str = Field("", max_length=1000, pattern=PLAIN)
    again: bool = Field(False, description="Open it again; `note` says what is left.")


class AnswerIn(InTheNameOf):
    """What the customer was told; it names review, mediation, arbitration and the court."""

    text: str = Field(min_length=1, max_length=6000, pattern=PLAIN)


class CloseIn(InTheNameOf):
    """What came of it."""

    result: Literal["upheld", "partly", "not_upheld", "withdrawn"]
    cause: str = Field("", max_length=24, pattern=PLAIN, description="Code of the list.")
    remedy: str = Field("", max_length=500, pattern=PLAIN)
    cost: Money | None = None

"""What other systems send and read about messages and mailings."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import AwareDatetime, Field

from regulars.server.core.api import PUBLIC_ID, Digits, Known
from regulars.server.core.api.shapes import PLAIN
from regulars.server.customers.api import CustomerRef

Id = Annotated[str, Field(**PUBLIC_ID)]
Channel = Literal["sms", "email", "wecom"]


class MessageOut(Schema):
    """One message to one customer, and what became of it. States only ever move on."""

    id: str
    customer: CustomerRef
    mailing: str
    channel: str
    purpose: str
    subject: str
    text: str
    state: str = Field(
        description="waiting, leased, begun, created (an employee must confirm), sent, "
        "delivered, unknown, failed, bounced, limited, kept (a rule said no), expired, stopped."
    )
    reason: str = Field(description="Code of the rule that said no or later; may be empty.")
    why: str = Field(description="The same in words, by Accept-Language.")
    said: str = Field(description="The provider's code and words.")
    laid_at: datetime
    begun_at: datetime | None = Field(description="From then on it may have gone out.")
    news_at: datetime | None
    parts: int
    cost: Decimal | None


class MessagePage(Schema):
    """Some messages, and where to go on."""

    messages: list[MessageOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class MailingOut(Schema):
    """A mailing; `people` counts those within the key's reach, and is the sum of `steps`."""

    id: str
    name: str
    channel: str
    purpose: str
    state: Literal["running", "paused", "stopped", "done"]
    why: str
    not_before: datetime
    valid_until: datetime
    made_at: datetime
    ended_at: datetime | None
    people: int
    steps: dict[str, int]


class MailingPage(Schema):
    """Some mailings, and where to go on."""

    mailings: list[MailingOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedMessages(Known):
    """Which page."""

    limit: Digits = Field(50, ge=1, le=500)
    cursor: Id | None = Field(None, description="`next` of the last page.")


class WantedMailings(WantedMessages):
    """Which mailings."""

    show: Literal["now", "over", "all"] = Field("all", description="now: running or paused.")


class WhyIn(Known):
    """A reason that everybody reads beside the mailing."""

    why: str = Field(min_length=1, max_length=300, pattern=PLAIN)


class NothingIn(Known):
    """An empty body."""


class MessageIn(Known):
    """One message to one customer. The rules of contact hold for it as for every other."""

    customer: Id
    channel: Channel
    purpose: Literal["service", "marketing"]
    text: str = Field(min_length=1, max_length=4_000, pattern=PLAIN)
    subject: str = Field("", max_length=200, pattern=PLAIN, description="E-mail needs one.")
    language: Literal["zh", "en"] = "zh"
    urgent: bool = Field(False, description="Service that waits for no morning.")
    valid_until: AwareDatetime | None = Field(
        None, description="Nothing goes out from then on; without it, a day."
    )

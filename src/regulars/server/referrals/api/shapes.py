"""What referrals tell other systems, and what these may say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, Whose
from regulars.server.core.api.shapes import PLAIN
from regulars.server.customers.api import CustomerRef

Id = Annotated[str, Field(**PUBLIC_ID)]
State = Literal["received", "contacted", "met", "customer", "rewarded", "lost", "refused"]
Channel = Literal["call", "wecom", "sms", "email"]


class ReferralOut(Schema):
    """One friend who was referred, and how far it is."""

    id: str
    reference: str = Field(description="Its number in the system that told it; may be empty.")
    referrer: CustomerRef | None = Field(description="null: beyond the reach of the key.")
    friend: CustomerRef | None = Field(description="null: beyond the reach of the key.")
    way: Literal["link", "code", "rm", "api", "file"]
    state: State
    reason: str = Field(description="Why it ended; may be empty.", examples=["known"])
    to_be_decided: bool = Field(description="Something speaks against it; nothing is paid.")
    received_at: datetime
    contact_by: datetime
    contacted_at: datetime | None
    joined_on: date | None = Field(description="Since when a customer.")
    earned_on: date | None = Field(description="When the event of the rule came.")
    line: str = Field(description="What who referred may read, without a word of the friend.")
    settled: Literal["", "no_rule", "window", "lapsed"] = Field(
        description="Why nothing more is waited for of a friend who joined; may be empty."
    )
    opportunity: str | None = Field(
        description="The opportunity that it came from; null: none, or beyond the reach."
    )


class ReferralStepOut(Schema):
    """One thing that happened to a referral."""

    what: str = Field(description="received, contacted, met, …", examples=["contacted"])
    at: datetime
    to_tell: bool = Field(description="Who referred is to hear of it.")
    told_at: datetime | None = Field(description="Since when they know.")


class ReferralRewardOut(Schema):
    """What one side got, is to get, or does not get, and why."""

    id: str
    side: Literal["referrer", "friend"]
    way: str = Field(description="points, coupon, gift, or another one.", examples=["coupon"])
    thing: str = Field(description="The batch or the gift; empty for points.")
    amount: int
    words: str = Field(description="What it is.", examples=["500 points"])
    state: Literal["due", "given", "capped", "lapsed", "reversed", "kept", "withheld"] = Field(
        description="due: it waits; capped: above the limit of the rule; lapsed: nobody "
        "fetched it in time; reversed: taken back; kept: it could not be taken back; withheld: "
        "the gift was refused or withdrawn, or the coupon made void, after all."
    )
    why: str = Field(description="Why it waits, or stays; may be empty.", examples=["sold_out"])
    why_words: str = Field(description="The same in words.")
    waits_until: date | None = Field(description="The last day on which it may be fetched.")
    given_at: datetime | None
    reversed_at: datetime | None


class ReferralRewardRow(ReferralRewardOut):
    """A reward in a list, with whose it is."""

    referral: str = Field(description="The id of the referral.")
    customer: CustomerRef | None = Field(description="null: erased.")


class ReferralRewardPage(Schema):
    """Some rewards, the newest first, and where to go on."""

    rewards: list[ReferralRewardRow]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedRewards(Whose):
    """Which rewards of the customers that a person sees."""

    state: Literal[
        "due", "given", "capped", "lapsed", "reversed", "kept", "withheld", "all"
    ] = "all"


class ReferralWhole(ReferralOut):
    """One referral with its steps, what was given for it, and why what was not."""

    steps: list[ReferralStepOut] = Field(description="What happened, the oldest first.")
    rewards: list[ReferralRewardOut] = Field(
        description="Of the sides whose customers the person sees."
    )
    not_rewarded_because: str = Field(
        description="Why nothing is given, or not yet, in words; empty where something is.",
        examples=["The event of the rule has not come yet."],
    )


class ReferralPage(Schema):
    """Some referrals, and where to go on."""

    referrals: list[ReferralOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedReferrals(Whose):
    """Which referrals of those that a person sees."""

    state: Literal["open", "all"] = Field("open", description="all: ended ones too.")


class ReferralIn(InTheNameOf):
    """A friend, with how they agreed."""

    reference: str = Field(
        min_length=1, max_length=60, pattern=PLAIN,
        description="Its number there. One that is known is that referral, not another.",
    )  # fmt: skip
    referrer: Id
    name: str = Field(min_length=1, max_length=60, pattern=PLAIN)
    phone: str = Field("", max_length=24, pattern=PLAIN)
    email: str = Field("", max_length=254, pattern=PLAIN)
    note: str = Field("", max_length=300, pattern=PLAIN)
    agreed: Literal["call", "wecom", "branch", "email", "referrer"] = Field(
        description="Whose word it is: the friend's by that way, or the referrer's only."
    )
    words: str = Field(
        "", max_length=200, pattern=PLAIN, description="Evidence of the friend's own word."
    )
    channels: list[Channel] = Field(
        default_factory=list, max_length=4,
        description="Where the friend said news is welcome; none on the referrer's word.",
    )  # fmt: skip


class LinkIn(InTheNameOf):
    """Whose link."""

    customer: Id


class LinkOut(Schema):
    """A customer's link; made where there is none."""

    customer: CustomerRef
    url: str = Field(description="For friends.")
    code: str = Field(description="For friends who type.", examples=["7K4QXHW9"])
    own_url: str = Field(description="For the customer alone: how far each friend is.")

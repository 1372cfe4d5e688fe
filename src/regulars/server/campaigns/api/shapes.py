"""What goes over the wire about campaigns."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, Digits, Known
from regulars.server.core.api.shapes import PLAIN
from regulars.server.customers.api import CustomerRef

Id = Annotated[str, Field(**PUBLIC_ID)]
State = Literal["draft", "waiting", "approved", "running", "paused", "done", "stopped"]
Stands = Literal[
    "control", "spared", "waiting", "going", "reached", "answered", "unreached", "out"
]


class CampaignStepOut(Schema):
    """One way to reach customers, in its place."""

    position: int
    channel: Literal["wecom", "sms", "email", "call", "visit"]
    message: str = Field(description="The code of the message.")
    after: Literal["unreached", "unanswered"] | None


class CampaignOut(Schema):
    """One campaign as it was planned."""

    id: str
    name: str
    goal: str
    purpose: Literal["marketing", "greeting", "service"]
    state: State
    why: str = Field(description="Why it is paused, stopped or sent back.")
    owner: str = Field(description="User name.")
    outcome: str = Field(description="What is measured.", examples=["bought"])
    window_days: int
    holdout: float = Field(description="The share that is left alone.")
    b_share: float
    starts_on: date | None
    ends_on: date | None
    launched_at: datetime | None
    ended_at: datetime | None
    rule: str = Field(description="By which rule people were chosen, in words.")
    rule_version: str
    data_version: str
    experiment: str | None = Field(description="What measures it.")
    steps: list[CampaignStepOut]


class CampaignPage(Schema):
    """Some campaigns, and where to go on."""

    campaigns: list[CampaignOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class CampaignStepProgress(Schema):
    """What became of one step."""

    position: int
    channel: str
    taken: int
    going: int
    reached: int
    answered: int
    unreached: int
    reasons: dict[str, int] = Field(description="Why it did not reach somebody.")


class CampaignBranchProgress(Schema):
    """One branch: its people, and what was done with them."""

    branch: str
    people: int
    begun: int
    answered: int
    unreached: int
    calls: int
    called: int
    late: int
    results: dict[str, int]


class CampaignProgressOut(Schema):
    """How far a campaign is, by the people within the key's reach."""

    people: int
    states: dict[str, int]
    results: dict[str, int]
    steps: list[CampaignStepProgress]
    branches: list[CampaignBranchProgress]


class CampaignMemberOut(Schema):
    """One customer of a campaign."""

    customer: CustomerRef
    arm: str
    wave: int
    state: Stands
    step: int
    result: str
    result_at: datetime | None
    begun_at: datetime | None


class CampaignMemberPage(Schema):
    """Some members, and where to go on."""

    members: list[CampaignMemberOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedCampaigns(Known):
    """From where on."""

    limit: Digits = Field(50, ge=1, le=200)
    cursor: Id | None = Field(None, description="`next` of the last page.")


class WantedCampaignMembers(Known):
    """Which members, and from where on."""

    state: Stands | None = None
    result: str | None = Field(None, max_length=12, pattern=r"^[a-z_]*$")
    limit: Digits = Field(100, ge=1, le=500)
    cursor: Id | None = Field(None, description="`next` of the last page.")


class CampaignWhy(Known):
    """A reason."""

    why: str = Field(min_length=1, max_length=300, pattern=PLAIN)

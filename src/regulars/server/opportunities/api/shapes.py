"""Opportunities as other systems read and send them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, Money, Whose
from regulars.server.core.api.shapes import PLAIN
from regulars.server.customers.api import CustomerRef

Id = Annotated[str, Field(**PUBLIC_ID)]
Kind = Literal["trade_in", "add_on", "referral"]
Words = Annotated[str, Field(max_length=300, pattern=PLAIN)]
Name = Annotated[str, Field(max_length=60, pattern=PLAIN)]


class OpportunityOut(Schema):
    """One thing that one customer may take."""

    id: str
    customer: CustomerRef
    owner: str = Field(description="User name of who owns it; may be empty.")
    kind: Kind
    product: str = Field(
        description="Code of the product; empty where it is a bundle or words."
    )
    what: str = Field(description="Name of the product or bundle, or the words.")
    amount: str | None
    margin: str | None
    stage: str = Field(description="Code of the stage.", examples=["proposal"])
    state: Literal["open", "won", "lost"]
    chance: float = Field(description="Of this one, or of its stage: 0 to 1.")
    expected_on: date | None
    next_step: str
    next_on: date | None
    source: Literal["reason", "score", "contact", "hand", "api", "file"]
    because: str
    made_at: datetime
    closed_at: datetime | None
    reason: str
    competitor: str
    won_amount: str | None
    proof: str = Field(description="Key of the holding or purchase that proves it, if any.")


class OpportunityPage(Schema):
    """Some opportunities, and where to go on."""

    opportunities: list[OpportunityOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedOpportunities(Whose):
    """Which opportunities of whose customers."""

    state: Literal["open", "won", "lost", "all"] = "open"


class OpportunityIn(InTheNameOf):
    """A new opportunity: of a product by its code, or in a few words."""

    customer: Id
    kind: Kind
    product: str = Field("", max_length=60, pattern=PLAIN)
    what: str = Field("", max_length=120, pattern=PLAIN)
    amount: Money | None = None
    margin: Money | None = None
    expected_on: date | None = None
    next_step: str = Field("", max_length=200, pattern=PLAIN)
    next_on: date | None = None
    system: str = Field("", max_length=32, pattern=PLAIN, description="Which one found it.")
    because: Words = ""


class OpportunityMoveIn(InTheNameOf):
    """To which open stage."""

    stage: str = Field(min_length=1, max_length=24, pattern=PLAIN, examples=["proposal"])
    words: Words = ""


class OpportunityEndIn(InTheNameOf):
    """How it ended: each end has reasons of its own."""

    state: Literal["won", "lost"]
    reason: Literal[
        "fit", "price_won", "service_won", "trust", "bundle", "price", "rival", "product",
        "no_need", "later", "silent", "unsuitable", "service", "duplicate", "other",
    ]  # fmt: skip
    amount: Money | None = Field(None, description="What came, of one that was won.")
    competitor: str = Field("", max_length=80, pattern=PLAIN)
    words: Words = ""


class OpportunityChangeIn(InTheNameOf):
    """What is known better now. What is left out stays; null takes it away."""

    kind: Kind | None = Field(None, description="Null leaves it as it is.")
    amount: Money | None = None
    margin: Money | None = None
    expected_on: date | None = None
    owner: Name | None = Field(
        None, description="User name; null: whoever looks after the customer."
    )


class OpportunityNextIn(InTheNameOf):
    """What is done next, and on which day; both empty: nothing is planned."""

    step: str = Field("", max_length=200, pattern=PLAIN)
    on: date | None = None


class OpportunityReopenIn(InTheNameOf):
    """Why it goes on after all."""

    words: Annotated[str, Field(min_length=1, max_length=300, pattern=PLAIN)]

"""What the API says and takes of gifts."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import InTheNameOf, Whose
from regulars.server.core.api.shapes import PLAIN
from regulars.server.customers.api import CustomerRef
from regulars.server.rewards.api.shared import Id, Key, VoidIn

State = Literal["waiting", "approved", "handed", "received", "refused", "withdrawn", "returned"]
Occasion = Literal[
    "birthday", "festival", "anniversary", "thanks", "apology", "life", "visit", "surprise",
    "deposit", "points",
]  # fmt: skip


class ShelfOut(Schema):
    """So many lie at a place."""

    place: str = Field(description="The code of the place.")
    name: str
    held: int


class GiftOut(Schema):
    """One thing of the catalogue, and where it lies."""

    id: str
    code: str
    name: str
    cost: Decimal
    points: int | None = Field(description="Its price in points; null: not sold for points.")
    is_offered: bool
    shelves: list[ShelfOut]


class GiftList(Schema):
    """The catalogue."""

    gifts: list[GiftOut]


class PresentOut(Schema):
    """A gift for one customer."""

    id: str
    gift: str
    customer: CustomerRef
    place: str
    occasion: Occasion
    state: State
    cost: Decimal
    points: int | None = Field(description="What the customer paid; null: it is given.")
    asked_on: date
    handed_at: datetime | None
    received_at: datetime | None
    returned_at: datetime | None
    is_written_off: bool


class PresentPage(Schema):
    """Some gifts, and where to go on."""

    presents: list[PresentOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class PresentIn(InTheNameOf):
    """Who is to get which gift and why, under a key that is used for nothing else."""

    customer: Id
    gift: Id
    place: str = Field("", max_length=40, description="Whose shelf; without it the person's.")
    occasion: Occasion
    reason: str = Field(
        "", max_length=200, pattern=PLAIN, description="Empty only where points pay for it."
    )
    key: Annotated[Key, Field(max_length=40)]


class PresentHandIn(InTheNameOf):
    """The customer's signature; without one the gift is on its way."""

    typed: str = Field("", max_length=80, pattern=PLAIN)
    drawn: str = Field("", max_length=60_000, description="A small PNG in base64.")


class PresentBackIn(VoidIn):
    """Why it came back, and whether it can be given again."""

    is_written_off: bool = Field(False, description="Lost or spoilt: no shelf has it again.")


class WantedPresents(Whose):
    """Whose gifts, and which."""

    customer: Id | None = None
    state: State | None = None

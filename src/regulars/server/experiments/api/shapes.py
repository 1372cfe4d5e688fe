"""What is sent about experiments, and what is answered."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from ninja import Schema
from pydantic import Field

from regulars.server.core.api import PUBLIC_ID, InTheNameOf, Known, Money
from regulars.server.core.api.shapes import PLAIN

Id = Annotated[str, Field(**PUBLIC_ID)]
Name = Annotated[str, Field(min_length=1, max_length=120, pattern=PLAIN)]
Label = Annotated[str, Field(max_length=60, pattern=PLAIN)]
Kind = Literal["campaign", "call_list", "salon", "trigger", "other"]
Outcome = Literal[
    "revenue", "margin", "purchases", "bought", "active", "assets", "holdings", "rate", "amount"
]
OfFacts = Literal["revenue", "margin", "purchases", "bought", "active", "assets", "holdings"]
# The widest that a body may be: longer lists come in parts, and who has an arm keeps it.
MOST = 10_000


class ArmOut(Schema):
    """One arm."""

    key: str = Field(description="control is left alone.", examples=["control"])
    name: str
    share: float = Field(description="Planned, 0 to 1.")


class ReadingOut(Schema):
    """What was said on one day."""

    look: int
    until: date = Field(description="Facts before this day count.")
    final: bool
    verdict: Literal[
        "worked", "worked_pay_open", "worked_lost_money", "not_proved", "harm",
        "not_comparable", "too_few",
    ]  # fmt: skip
    sentence: str
    difference: float | None = Field(description="Treated less left alone, per customer.")
    low: float | None
    high: float | None
    more_needed: int | None = Field(description="About how many more customers it would take.")


class ExperimentOut(Schema):
    """One experiment with its last reading."""

    id: str
    name: str
    kind: Kind
    label: str
    outcome: Outcome
    state: Literal["planned", "running", "closed"]
    starts_on: date
    ends_on: date | None
    arms: list[ArmOut]
    reading: ReadingOut | None
    decision: str = Field(description="again, wider, change, stop; empty before the review.")
    why: str


class ExperimentPage(Schema):
    """Some experiments, the newest first, and where to go on."""

    experiments: list[ExperimentOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class ReadingList(Schema):
    """Every look, the first one first."""

    readings: list[ReadingOut]


class AssignedOut(Schema):
    """What became of a list."""

    experiment: str
    new: int
    known: int = Field(description="Had an arm before, and keep it.")
    held_out: int = Field(description="Left out of all marketing: in no arm.")
    gone: int = Field(description="Unknown, merged, erased, or beyond the person's reach.")
    alone: list[str] = Field(description="Those of the list who are left alone.")


class CostsIn(InTheNameOf):
    """What it costs, and what one more unit of the outcome brings."""

    margin: Money | None = Field(None, description="Share of revenue, or money per unit.")
    fixed_cost: Money = Field(Decimal(0))
    cost_each: Money = Field(Decimal(0), description="Of one contact.")


class ExperimentIn(CostsIn):
    """A plan, and the customers to draw from."""

    name: Name
    kind: Kind
    outcome: OfFacts
    label: Label = Field("")
    share: float = Field(0.1, ge=0.01, le=0.9, description="Left alone.")
    variants: list[Label] = Field([], max_length=10, description="Empty: all get the same.")
    window_days: int = Field(30, ge=1, le=730)
    customers: list[Id] = Field(min_length=1, max_length=MOST)


class AssignIn(InTheNameOf):
    """Further customers of an experiment that runs."""

    customers: list[Id] = Field(min_length=1, max_length=MOST)


class RowIn(Known):
    """One customer of a finished experiment."""

    id: Annotated[str, Field(max_length=80, pattern=PLAIN)] = Field("")
    arm: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
    outcome: float = Field(ge=-1e12, le=1e12)
    before: float | None = Field(None, ge=-1e12, le=1e12)


class FinishedIn(CostsIn):
    """A finished experiment, row by row; only the sums of its arms are kept."""

    name: Name
    kind: Kind
    label: Label = Field("")
    control: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
    starts_on: date
    ends_on: date
    rows: list[RowIn] = Field(min_length=4, max_length=MOST)

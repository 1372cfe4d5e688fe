"""Funnel and forecast for other systems: the figures of the page, for one person."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core.api import (
    Digits,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    acting,
    demand_known,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.opportunities import queries
from regulars.server.opportunities.queries import Level, Wanted
from regulars.server.opportunities.rules import Expected
from regulars.server.opportunities.rules.funnel import Conversion

router = Router(tags=["work"])


class ShareOut(Schema):
    """A share of those of whom it is decided, with its 95 % interval."""

    hits: int
    of: int
    share: float
    low: float
    high: float


class FunnelStageOut(Schema):
    """One open stage: who came, who went on, who ended, who stands here."""

    stage: str
    name: str
    reached: int
    went_on: int
    ended: int
    waiting: int
    conversion: ShareOut | None = Field(description="Of those that left; null: none left.")
    median_days: float | None
    stays: int = Field(description="Of how many stays the median is.")
    too_long: int
    amount: str


class FunnelReasonOut(Schema):
    """Why some were won, or lost."""

    state: Literal["won", "lost"]
    reason: str
    count: int
    amount: str


class FunnelRivalOut(Schema):
    """To whom some were lost."""

    name: str
    count: int


class FunnelOut(Schema):
    """Opportunities that were made within a span, stage by stage."""

    made: int
    open: int
    won: int
    lost: int
    won_amount: str
    rate: ShareOut | None
    median_days: float | None = Field(description="From made to won.")
    stages: list[FunnelStageOut]
    reasons: list[FunnelReasonOut]
    rivals: list[FunnelRivalOut]


class ForecastPartOut(Schema):
    """What some open ones may bring: amounts by their chances."""

    open: int
    unpriced: int = Field(description="Without an amount: they count as nothing.")
    amount: str
    expected: str
    low: str = Field(description="The range holds the sum eight times of ten.")
    high: str
    wins: float


class ForecastMonthOut(ForecastPartOut):
    """Those that are to be decided in one month."""

    month: date = Field(description="Its first day.")


class ForecastPastOut(Schema):
    """What was expected of a month when it began, and what came."""

    month: date
    open_then: int
    expected: str
    came: str
    won: int
    share: float | None


class ForecastOut(Schema):
    """What open opportunities may bring, and how well that was known before."""

    whole: ForecastPartOut
    months: list[ForecastMonthOut]
    later: ForecastPartOut
    overdue: ForecastPartOut = Field(description="The day they were to be decided is over.")
    undated: ForecastPartOut
    past: list[ForecastPastOut]


class WantedForecast(InTheNameOf):
    """Whose: of the place that a person leads, or their own."""

    view: Literal["mine", "place"] = Field(
        "place", description="Who leads nobody has their own only."
    )
    kind: Literal["trade_in", "add_on", "referral"] | None = None
    source: Literal["reason", "score", "contact", "hand", "api", "file"] | None = None
    owner: str = Field("", max_length=60, pattern=PLAIN)
    branch: str = Field("", max_length=40, pattern=PLAIN)


class WantedFunnel(WantedForecast):
    """Whose, and made within how many months."""

    months: Digits = Field(12, ge=1, le=120)


@router.get(
    "/funnel",
    response=FunnelOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="read_funnel",
    summary="Read the funnel as a person sees it",
)
def funnel(request: KeyedRequest, wanted: Annotated[WantedFunnel, Query()]) -> Any:
    """The figures of the page, for the same opportunities."""
    demand_known(request, WantedFunnel.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    view = queries.view_of(viewer, wanted.view)
    told = queries.funnel(viewer, _cut(wanted, view, made=wanted.months), request.at)
    return {
        **{name: getattr(told, name) for name in ("made", "open", "won", "lost")},
        "won_amount": str(told.won_amount),
        "rate": _share(told.rate),
        "median_days": told.median_days,
        "stages": [_stage(each) for each in told.levels],
        "reasons": [
            {"state": why.state, "reason": why.code, "count": why.count,
             "amount": str(why.amount)}
            for why in told.whys
        ],
        "rivals": [{"name": name, "count": n} for name, n in told.rivals],
    }  # fmt: skip


@router.get(
    "/forecast",
    response=ForecastOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="read_forecast",
    summary="Read the forecast as a person sees it",
)
def forecast(request: KeyedRequest, wanted: Annotated[WantedForecast, Query()]) -> Any:
    """The open ones by month, and what came of what was expected."""
    demand_known(request, WantedForecast.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    view = queries.view_of(viewer, wanted.view)
    told = queries.forecast(viewer, _cut(wanted, view), request.at)
    return {
        "whole": _part(told.whole),
        "months": [{"month": each.month, **_part(each.told)} for each in told.months],
        "later": _part(told.later),
        "overdue": _part(told.overdue),
        "undated": _part(told.undated),
        "past": [
            {
                "month": each.month, "open_then": each.open, "expected": str(each.expected),
                "came": str(each.came), "won": each.won, "share": each.share,
            }
            for each in told.checks
        ],
    }  # fmt: skip


def _cut(wanted: WantedForecast, view: str, *, made: int = 0) -> Wanted:
    return Wanted(
        view=view, state="all", kind=wanted.kind or "", source=wanted.source or "",
        owner=wanted.owner, branch=wanted.branch, made=made,
    )  # fmt: skip


def _stage(level: Level) -> dict[str, Any]:
    rung = level.rung
    return {
        "stage": level.stage.code,
        "name": str(level.stage),
        "reached": rung.reached,
        "went_on": rung.passed,
        "ended": rung.ended,
        "waiting": rung.waiting,
        "conversion": _share(level.conversion),
        "median_days": level.median_days,
        "stays": level.stays,
        "too_long": level.stale,
        "amount": str(rung.amount),
    }


def _share(told: Conversion | None) -> dict[str, Any] | None:
    names = ("hits", "of", "share", "low", "high")
    return None if told is None else {name: getattr(told, name) for name in names}


def _part(told: Expected) -> dict[str, Any]:
    amounts: tuple[tuple[str, Decimal], ...] = (
        ("amount", told.amount), ("expected", told.expected), ("low", told.low),
        ("high", told.high),
    )  # fmt: skip
    return {
        "open": told.count,
        "unpriced": told.unpriced,
        "wins": told.wins,
        **{name: str(value) for name, value in amounts},
    }

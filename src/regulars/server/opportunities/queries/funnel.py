"""How opportunities come down the stages, for one viewer and one cut."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from regulars.server.core.models import Person
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.opportunities.models.stages import Kind
from regulars.server.opportunities.queries.stages import open_stages
from regulars.server.opportunities.queries.staying import in_stages
from regulars.server.opportunities.queries.wanted import (
    NOBODY,
    STALE,
    Wanted,
    asked,
    pressing,
)
from regulars.server.opportunities.rules import Deal, Rung, conversion, median, rungs
from regulars.server.opportunities.rules.funnel import Conversion

SPANS = (3, 6, 12, 24)  # months
CUTS = ("kind", "source", "owner", "branch")


@dataclass(frozen=True)
class Level:
    """One stage of the funnel as the page shows it."""

    stage: Stage
    rung: Rung
    conversion: Conversion | None  # of those that left it
    median_days: float | None  # in the stage, of those that left it
    stays: int
    stale: int
    width: float  # of the widest


@dataclass(frozen=True)
class Row:
    """One kind, owner, branch or source: how many, how many won, how much."""

    key: str
    name: str
    made: int
    open: int
    won: int
    lost: int
    amount: Decimal  # won
    rate: Conversion | None  # of the decided


@dataclass(frozen=True)
class Why:
    """A reason for winning or losing, and how often."""

    code: str
    name: str
    state: str
    count: int
    amount: Decimal


@dataclass(frozen=True)
class Funnel:
    """All of the funnel page."""

    made: int
    won: int
    lost: int
    open: int
    amount: Decimal
    won_amount: Decimal
    rate: Conversion | None
    median_days: float | None  # from made to won
    levels: tuple[Level, ...]
    whys: tuple[Why, ...]
    rivals: tuple[tuple[str, int], ...]


def funnel(viewer: Person, wanted: Wanted, at: datetime) -> Funnel:
    """Those made within the span, stage by stage; the cut is that of the address."""
    every = asked(viewer, replace(wanted, state="all"), at)
    rows = list(every.with_furthest().select_related(None).order_by("pk"))
    deals = [_deal(each) for each in rows]
    won = [each for each in rows if each.state == "won"]
    lost = [each for each in rows if each.state == "lost"]
    return Funnel(
        made=len(rows),
        won=len(won),
        lost=len(lost),
        open=len(rows) - len(won) - len(lost),
        amount=_sum(each.amount for each in rows),
        won_amount=_sum(each.won_amount for each in won),
        rate=conversion(len(won), len(won) + len(lost)),
        median_days=median(
            (each.closed_at - each.made_at).total_seconds() / 86_400
            for each in won
            if each.closed_at
        ),
        levels=_levels(viewer, wanted, at, rows, deals),
        whys=_whys([*won, *lost]),
        rivals=tuple(
            Counter(each.competitor for each in lost if each.competitor).most_common(8)
        ),
    )  # fmt: skip


def cut(viewer: Person, wanted: Wanted, at: datetime, *, by: str) -> list[Row]:
    """The same opportunities by kind, source, owner or branch; the most won first."""
    rows = list(asked(viewer, replace(wanted, state="all"), at).order_by("pk"))
    key, name = _keys()[by]
    found: dict[str, list[Opportunity]] = defaultdict(list)
    for each in rows:
        found[key(each)].append(each)
    told = [_row(code, name(inside[0]), inside) for code, inside in found.items()]
    return sorted(told, key=lambda row: (-row.won, -row.made, row.key))


def _levels(
    viewer: Person,
    wanted: Wanted,
    at: datetime,
    rows: Sequence[Opportunity],
    deals: Sequence[Deal],
) -> tuple[Level, ...]:
    known = open_stages()
    counted = rungs(deals, [each.position for each in known])
    stays = in_stages([each.pk for each in rows])
    times = {at: [stay.days for _pk, stay in inside] for at, inside in stays.items()}
    of_stage = [times.get(stage.position, []) for stage in known]
    open_ones = asked(viewer, replace(wanted, state="open"), at)
    stale = Counter(
        pressing(open_ones, STALE, at).order_by().values_list("stage__position", flat=True)
    )
    most = max((rung.reached for rung in counted), default=0) or 1
    return tuple(
        Level(
            stage, rung, conversion(rung.passed, rung.left), median(days), len(days),
            stale[stage.position], rung.reached / most,
        )
        for stage, rung, days in zip(known, counted, of_stage, strict=True)
    )  # fmt: skip


def _whys(ended: Sequence[Opportunity]) -> tuple[Why, ...]:
    grouped: dict[tuple[str, str], list[Opportunity]] = defaultdict(list)
    for each in ended:
        grouped[each.state, each.reason].append(each)
    told = [
        Why(
            code, str(Opportunity.Reason(code).label), state, len(inside),
            _sum(each.won_amount if state == "won" else each.amount for each in inside),
        )
        for (state, code), inside in grouped.items()
    ]  # fmt: skip
    return tuple(sorted(told, key=lambda why: (why.state != "won", -why.count, why.code)))


def _row(code: str, name: str, inside: Sequence[Opportunity]) -> Row:
    won = [each for each in inside if each.state == "won"]
    lost = sum(each.state == "lost" for each in inside)
    return Row(
        key=code,
        name=name,
        made=len(inside),
        open=len(inside) - len(won) - lost,
        won=len(won),
        lost=lost,
        amount=_sum(each.won_amount for each in won),
        rate=conversion(len(won), len(won) + lost),
    )


def _keys() -> Mapping[str, tuple[Callable[[Opportunity], str], Callable[[Opportunity], str]]]:
    return {
        "kind": (lambda one: one.kind, lambda one: str(Kind(one.kind).label)),
        "source": (
            lambda one: one.source,
            lambda one: str(Opportunity.Source(one.source).label),
        ),
        "owner": (
            lambda one: one.doer.username if one.doer else NOBODY,
            lambda one: str(one.doer) if one.doer else "",
        ),
        "branch": (
            lambda one: one.customer.book.org_unit.code,
            lambda one: str(one.customer.book.org_unit),
        ),
    }


def _deal(row: Opportunity) -> Deal:
    worth = row.won_amount if row.state == "won" else row.amount
    return Deal(vars(row)["furthest"] or 0, row.state, worth)


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((each or Decimal(0) for each in amounts), Decimal(0))

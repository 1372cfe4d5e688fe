"""Every table of the pages as it goes into a file: the same rows, by the same questions."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.opportunities.queries.accounts import accounts
from regulars.server.opportunities.queries.forecast import forecast
from regulars.server.opportunities.queries.funnel import cut, funnel
from regulars.server.opportunities.queries.ladder import ladder
from regulars.server.opportunities.queries.seen import view
from regulars.server.opportunities.queries.wanted import PLACE, Wanted, asked
from regulars.server.opportunities.rules import Expected
from regulars.server.opportunities.rules.funnel import Conversion

LIST = (
    "number", "customer", "kind", "what", "product", "stage", "state", "amount", "margin",
    "chance", "worth", "expected_on", "next_step", "next_on", "owner", "branch", "source",
    "because", "made_on", "closed_on", "reason", "competitor", "won_amount", "proof",
    "proof_on",
)  # fmt: skip
SHARE = ("went_on", "left", "share", "low", "high")
FUNNEL = (
    "stage", "name", "reached", *SHARE, "ended", "waiting", "median_days", "stays", "too_long",
    "amount",
)  # fmt: skip
CUT = ("by", "code", "name", "made", "open", "won", "lost", "decided", "share", "low", "high",
       "won_amount")  # fmt: skip
WHYS = ("what", "state", "code", "name", "count", "amount")
FORECAST = ("part", "open", "unpriced", "amount", "expected", "low", "high", "wins")
EXPECTED = ("month", "open_then", "wins_expected", "expected", "won", "came", "share")
LADDER = ("rung", "name", "measured", "customers", "known", "next", "also", "of", "share",
          "low", "high")  # fmt: skip
ACCOUNTS = (
    "number", "customer", "owner", "branch", "phase", "since", "why", "obstacles",
    "open_opportunities", "amount", "next_move_on",
)  # fmt: skip


@dataclass(frozen=True)
class Asked:
    """What a file is asked for: the address of its page."""

    wanted: Wanted
    by: str = "kind"  # of a cut
    phase: str = ""  # of account plans


@dataclass(frozen=True)
class Sheet:
    """A head and its rows."""

    head: Sequence[str]
    rows: Iterator[Sequence[Any]]


def sheet(viewer: Person, what: str, given: Asked, at: datetime) -> Sheet:
    """What one page shows, as a table."""
    head, rows = SHEETS[what]
    return Sheet(head, iter(rows(viewer, given, at)))


def _list(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    for found in asked(viewer, given.wanted, at).order_by("pk").iterator(chunk_size=2_000):
        shown = view(found, at)
        yield (
            found.customer.number, str(found.customer), found.kind, str(found),
            found.product.code if found.product else "", found.stage.code, found.state,
            found.amount, found.margin, round(shown.share, 3), shown.worth,
            found.expected_on, found.next_step, found.next_on,
            shown.owner.username if shown.owner else "",
            found.customer.book.org_unit.code, found.source, found.because,
            core.local_date(found.made_at),
            core.local_date(found.closed_at) if found.closed_at else None,
            found.reason, found.competitor, found.won_amount, found.proof_ref, found.proof_on,
        )  # fmt: skip


def _funnel(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    told = funnel(viewer, given.wanted, at)
    for level in told.levels:
        rung = level.rung
        yield (
            level.stage.code, str(level.stage), rung.reached, rung.passed, rung.left,
            *_share(level.conversion), rung.ended, rung.waiting, _days(level.median_days),
            level.stays, level.stale, rung.amount,
        )  # fmt: skip
    yield (
        "won", "", told.won, told.won, told.won + told.lost, *_share(told.rate), None, None,
        _days(told.median_days), told.won, None, told.won_amount,
    )  # fmt: skip


def _cut(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    for row in cut(viewer, given.wanted, at, by=given.by):
        yield (
            given.by, row.key, row.name, row.made, row.open, row.won, row.lost,
            row.won + row.lost, *_share(row.rate), row.amount,
        )  # fmt: skip


def _whys(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    told = funnel(viewer, given.wanted, at)
    for why in told.whys:
        yield "reason", why.state, why.code, why.name, why.count, why.amount
    for name, n in told.rivals:
        yield "rival", "lost", "", name, n, None


def _forecast(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    told = forecast(viewer, given.wanted, at)
    for month in told.months:
        yield f"{month.month:%Y-%m}", *_expected(month.told)
    yield "later", *_expected(told.later)
    yield "day is over", *_expected(told.overdue)
    yield "no day said", *_expected(told.undated)
    yield "whole", *_expected(told.whole)


def _checks(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    for check in forecast(viewer, given.wanted, at).checks:
        yield (
            f"{check.month:%Y-%m}", check.open, check.wins, check.expected, check.won,
            check.came, None if check.share is None else round(check.share, 4),
        )  # fmt: skip


def _ladder(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    for step in ladder(viewer, at, mine=given.wanted.view != PLACE):
        share = step.next
        counts = (step.count, step.known) if step.measured else (None, None)
        yield (
            step.code, step.name, "yes" if step.measured else "no", *counts, step.next_code,
            share.hits if share else None, share.of if share else None, *_share(share),
        )  # fmt: skip


def _accounts(viewer: Person, given: Asked, at: datetime) -> Iterator[Sequence[Any]]:
    mine = given.wanted.view != PLACE
    for line in accounts(viewer, mine=mine, phase=given.phase):
        one = line.strategy
        owner = one.customer.book.owner
        yield (
            one.customer.number, str(one.customer), owner.username if owner else "",
            one.customer.book.org_unit.code, one.phase, one.since, one.why, line.obstacles,
            line.deals, line.amount, line.next_on,
        )  # fmt: skip


SHEETS: Mapping[str, tuple[Sequence[str], Any]] = {
    "list": (LIST, _list),
    "funnel": (FUNNEL, _funnel),
    "cut": (CUT, _cut),
    "whys": (WHYS, _whys),
    "forecast": (FORECAST, _forecast),
    "expected": (EXPECTED, _checks),
    "ladder": (LADDER, _ladder),
    "accounts": (ACCOUNTS, _accounts),
}


def _share(told: Conversion | None) -> Iterable[float | None]:
    return (
        (None, None, None)
        if told is None
        else (round(told.share, 4), round(told.low, 4), round(told.high, 4))
    )


def _expected(told: Expected) -> Sequence[Any]:
    return (
        told.count, told.unpriced, told.amount, told.expected, told.low, told.high,
        round(told.wins, 3),
    )  # fmt: skip


def _days(days: float | None) -> float | None:
    return None if days is None else round(days, 1)

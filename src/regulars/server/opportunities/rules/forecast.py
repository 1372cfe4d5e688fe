"""What open opportunities will bring, by the own won rates or by what the company stated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import sqrt

from regulars.server.opportunities.rules.funnel import Deal

ENOUGH = 30  # decided opportunities that came to a stage, before their rate is used
Z80 = 1.2816


@dataclass(frozen=True)
class Chance:
    """How many of 1 in a stage are won, and where that is known from."""

    share: float
    won: int
    decided: int
    is_own: bool  # the company's own rate; else what was stated for the stage


@dataclass(frozen=True)
class Open:
    """One open opportunity as the forecast counts it."""

    position: int
    amount: Decimal | None
    chance: Decimal | None  # somebody's own, for this one


@dataclass(frozen=True)
class Expected:
    """A sum of amounts by their chances, with the range that eight of ten times holds it."""

    count: int
    amount: Decimal
    expected: Decimal
    wins: float
    low: Decimal
    high: Decimal
    unpriced: int  # without an amount: they count as nothing


def chances(deals: Sequence[Deal], stated: Mapping[int, Decimal]) -> dict[int, Chance]:
    """The chance of each open stage by its position, from decided deals where enough are.

    Of what came so far, the share that was won. Open ones are left out, or a young pipeline
    would look hopeless.
    """
    decided = [each for each in deals if each.state != "open"]
    found = {}
    for position, usual in stated.items():
        came = [each for each in decided if each.state == "won" or each.furthest >= position]
        won = sum(each.state == "won" for each in came)
        own = len(came) >= ENOUGH
        share = won / len(came) if own else float(usual)
        found[position] = Chance(share, won, len(came), own)
    return found


def expect(deals: Iterable[Open], known: Mapping[int, Chance]) -> Expected:
    """Add up amount times chance; deals are taken to be won independently of each other."""
    rows = list(deals)
    shares = [
        float(each.chance) if each.chance is not None else known[each.position].share
        for each in rows
    ]
    amounts = [float(each.amount or 0) for each in rows]
    middle = sum(share * amount for share, amount in zip(shares, amounts, strict=True))
    spread = Z80 * sqrt(
        sum(p * (1 - p) * amount**2 for p, amount in zip(shares, amounts, strict=True))
    )
    total = sum(amounts)
    return Expected(
        count=len(rows),
        amount=_money(total),
        expected=_money(middle),
        wins=sum(shares),
        low=_money(max(0.0, middle - spread)),
        high=_money(min(total, middle + spread)),
        unpriced=sum(each.amount is None for each in rows),
    )


def hit(expected: Decimal, came: Decimal) -> float | None:
    """What came, as a share of what was expected."""
    return float(came / expected) if expected else None


def _money(value: float) -> Decimal:
    return Decimal(str(round(value, 2)))

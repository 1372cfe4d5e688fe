"""How opportunities come down the funnel: what was reached, what passed, how long it took."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import pairwise
from statistics import median as _median

from regulars.engine.intervals import wilson

FEW = 30  # below, a share is said with its interval
DAY = 86_400


@dataclass(frozen=True)
class Deal:
    """One opportunity as the funnel counts it.

    Attributes
    ----------
    furthest
        Position of the last open stage that it reached.
    state
        open, won or lost.
    """

    furthest: int
    state: str
    amount: Decimal | None = None


@dataclass(frozen=True)
class Rung:
    """One stage: who came so far, who went on, who ended here, who is still here.

    Attributes
    ----------
    reached
        Opportunities that stood here or further, ever.
    passed
        Of them, those that went further or were won.
    ended
        Lost with this as the furthest.
    waiting
        Open, with this as the furthest: whether they pass is not known yet.
    """

    position: int
    reached: int
    passed: int
    ended: int
    waiting: int
    amount: Decimal

    @property
    def left(self) -> int:
        """Those of whom it is known whether they passed."""
        return self.passed + self.ended


@dataclass(frozen=True)
class Conversion:
    """A share of those that left a stage, with its 95 % interval."""

    hits: int
    of: int
    share: float
    low: float
    high: float

    @property
    def is_few(self) -> bool:
        return self.of < FEW


@dataclass(frozen=True)
class Stay:
    """How long something stood in a stage, in days, and from when to when."""

    position: int
    days: float
    since: datetime
    until: datetime


def rungs(deals: Sequence[Deal], positions: Sequence[int]) -> list[Rung]:
    """Count the deals down the open stages, in their order.

    A deal that was won passed every stage, those that it skipped too. One whose furthest
    stage was retired counts in the stages before it.
    """
    return [_rung(deals, n, at, positions) for n, at in enumerate(positions)]


def _rung(deals: Sequence[Deal], n: int, at: int, positions: Sequence[int]) -> Rung:
    after = positions[n + 1] if n + 1 < len(positions) else None
    here = [each for each in deals if each.furthest >= at or each.state == "won"]
    stopped = [each for each in here if not _passed(each, after)]
    return Rung(
        position=at,
        reached=len(here),
        passed=len(here) - len(stopped),
        ended=sum(each.state == "lost" for each in stopped),
        waiting=sum(each.state == "open" for each in stopped),
        amount=sum((each.amount or Decimal(0) for each in here), Decimal(0)),
    )


def _passed(deal: Deal, after: int | None) -> bool:
    return deal.state == "won" or (after is not None and deal.furthest >= after)


def conversion(hits: int, of: int) -> Conversion | None:
    """The share of those that left; None where none left."""
    if not of:
        return None
    low, high = wilson(hits, of)
    return Conversion(hits, of, hits / of, low, high)


def stays(moves: Sequence[tuple[int, datetime]]) -> list[Stay]:
    """How long one opportunity stood in each stage it left: (position, since), in order."""
    return [
        Stay(position, (until - since).total_seconds() / DAY, since, until)
        for (position, since), (_next, until) in pairwise(moves)
    ]


def median(values: Iterable[float]) -> float | None:
    found = list(values)
    return _median(found) if found else None


def climb(both: int, below: int) -> Conversion | None:
    """Of those on one rung of the ladder, the share that stands on the next, too."""
    return conversion(both, below)

"""What a page about the base may ask, and the arithmetic behind its figures. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from regulars.engine.intervals import wilson
from regulars.engine.measures.concentration import pareto

# Who has stopped coming belongs to the past of the base, not to the base.
HERE = ("new", "active", "loyal", "at_risk", "dormant", "reactivated")
LOST = "lost"
# The ladder of silence, and the steps on which a customer sleeps.
STEPS = ("quiet", "slipping", "dormant", "deep", "lost")
ASLEEP = ("dormant", "deep", "lost")
# Classes by value and room to grow, the most promising first.
CLASSES = ("key", "develop", "hold", "watch")
TYPES = (
    *("important_value", "important_keep", "important_develop", "important_winback"),
    *("general_value", "general_keep", "general_develop", "general_winback"),
)
USUAL_SPAN = "quarter"
SPANS: Mapping[str, int] = {"month": 1, "quarter": 3, "year": 12}
TARGET_LEVEL = 3  # target customers and the tiers above them
FEWEST = 30  # a ratio of fewer customers is shown with its interval only
SLEEPING_MONEY = 200_000  # of a bank's dormant customers, those with so much are named
COMING, GONE, BACK = "new", "left", "back"

# Ways of forecasting that a back-test compares; below this Gini none of them chose at all.
METHODS, NO_SIGNAL = ("model", "naive_rate", "past_revenue"), 0.05

curve = pareto


@dataclass(frozen=True)
class Move:
    """Customers who were in one tier and are in another; None is outside the base."""

    was: str | None
    now: str | None
    customers: int
    value: Decimal
    way: str  # up, down, same, new, back, left


@dataclass(frozen=True)
class Counts:
    """How the base at one date comes from the base at another.

    `opening + new + returned - left == closing` and `existing + new == closing`.
    """

    closing: int
    value: Decimal
    opening: int = 0
    new: int = 0
    returned: int = 0
    left: int = 0
    lost: int = 0  # all who are lost by now

    @property
    def existing(self) -> int:
        """Of the base now, those who had business before the other date."""
        return self.closing - self.new

    @property
    def existing_share(self) -> float | None:
        return ratio(self.existing, self.closing)

    @property
    def new_share(self) -> float | None:
        return ratio(self.new, self.closing)

    @property
    def parts(self) -> list[tuple[str, int]]:
        """Existing and new side by side, for a split bar."""
        return [("a", self.existing), ("b", self.new)]


@dataclass(frozen=True)
class Kpi:
    """One figure of a period: numerator over denominator, less `less`."""

    code: str
    numerator: float
    denominator: float
    n: int  # customers in the denominator
    before: float | None = None  # the value one period earlier
    less: float = 0.0
    is_money: bool = False
    months: tuple[float | None, ...] = ()  # oldest first

    @property
    def value(self) -> float | None:
        """None where nobody is in the denominator."""
        return self.numerator / self.denominator - self.less if self.denominator > 0 else None

    @property
    def change(self) -> float | None:
        if self.value is None or self.before is None:
            return None
        return self.value - self.before

    @property
    def is_thin(self) -> bool:
        return self.n < FEWEST

    @property
    def interval(self) -> tuple[float, float] | None:
        """The 95 % interval of a share of customers; None for growth and money."""
        if self.less or self.is_money or not self.n:
            return None
        return wilson(int(self.numerator), self.n)


def way(was: str | None, now: str | None, order: Sequence[str], *, known: bool) -> str:
    """Name a move between tiers given best first; `known` customers had business before."""
    if was is None:
        return BACK if known else COMING
    if now is None:
        return GONE
    if was == now or was not in order or now not in order:
        return "same"
    return "up" if order.index(now) < order.index(was) else "down"


def sums(moves: Iterable[Move]) -> dict[str, int]:
    """Customers by the way they moved."""
    found: dict[str, int] = {}
    for move in moves:
        found[move.way] = found.get(move.way, 0) + move.customers
    return found


def ratio(part: float, whole: float) -> float | None:
    return part / whole if whole > 0 else None


def quarters_back(as_of: date, most: int) -> list[str]:
    """The quarters up to the one of the date, oldest first: ["2024Q4", ...]."""
    here = as_of.year * 4 + (as_of.month - 1) // 3
    return [f"{n // 4}Q{n % 4 + 1}" for n in range(here - most + 1, here + 1)]


def quarter(day: date) -> str:
    return quarters_back(day, 1)[0]

"""What points cost: breakage out of the triangle of cohorts, liability, the share of a sale."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal

CENT = Decimal("0.01")
ENOUGH = 1_000  # points of older cohorts, below which no factor is taken from them


@dataclass(frozen=True)
class Cohort:
    """Points issued in one month. `spent[k]`: redeemed until k months after it, cumulated."""

    month: str
    issued: int
    active: int
    spent: tuple[int, ...]


@dataclass(frozen=True)
class Development:
    """What cohorts come to.

    Attributes
    ----------
    factors
        By how much cumulated redemptions grow from month k to k+1 (chain ladder); None where
        too few cohorts were ever that old.
    ultimate
        Share of each cohort that is redeemed in the end, in the order of the cohorts; None
        where nobody knows yet.
    breakage
        1 - ultimate redemption over all cohorts that tell, weighted by points; None where
        none does.
    """

    factors: tuple[Decimal | None, ...]
    ultimate: tuple[Decimal | None, ...]
    breakage: Decimal | None


@dataclass(frozen=True)
class Allocation:
    """The price of a sale, parted between the goods and the points that came with them."""

    goods: Decimal
    points: Decimal


def development(cohorts: Sequence[Cohort], *, life: int) -> Development:
    """Carry each cohort on to the age at which its points are over, as older ones went on.

    `life` is that age in months. A cohort tells nothing as long as no older one shows the
    way from its own age to the end.
    """
    factors = tuple(_factor(cohorts, age) for age in range(life))
    ultimate = tuple(_ultimate(cohort, factors, life) for cohort in cohorts)
    told = [(c, u) for c, u in zip(cohorts, ultimate, strict=True) if u is not None]
    issued = sum(cohort.issued for cohort, _ in told)
    if not issued:
        return Development(factors, ultimate, None)
    redeemed = sum((share * cohort.issued for cohort, share in told), Decimal(0))
    return Development(factors, ultimate, 1 - redeemed / issued)


def liability(active: int, breakage: Decimal, unit_cost: Decimal) -> Decimal:
    """What we expect the active points to cost: active x (1 - breakage) x cost of one."""
    owed = active * (1 - breakage) * unit_cost
    return owed.quantize(CENT, ROUND_HALF_EVEN)


def plain(number: Decimal) -> str:
    """A number without idle zeros: 0.00800 is 0.008, and 10.00000 is 10."""
    return f"{number.normalize():f}"


def allocate(
    price: Decimal,
    *,
    points: int,
    worth: Decimal,
    redeemed: Decimal,
    alone: Decimal | None = None,
) -> Allocation:
    """Part the price of a sale by relative stand-alone prices (IFRS 15, CAS 14).

    `worth` of one point, `redeemed`: the share that is expected to be; `alone`: what the
    goods cost alone, where that is not the price.
    """
    goods = price if alone is None else alone
    right = points * worth * redeemed
    if goods + right == 0:
        return Allocation(price, Decimal(0))
    deferred = (price * right / (goods + right)).quantize(CENT, ROUND_HALF_EVEN)
    return Allocation(price - deferred, deferred)


def _factor(cohorts: Sequence[Cohort], age: int) -> Decimal | None:
    older = [cohort for cohort in cohorts if len(cohort.spent) > age + 1]
    before = sum(cohort.spent[age] for cohort in older)
    if before == 0 or sum(cohort.issued for cohort in older) < ENOUGH:
        return None
    return Decimal(sum(cohort.spent[age + 1] for cohort in older)) / before


def _ultimate(cohort: Cohort, factors: Sequence[Decimal | None], life: int) -> Decimal | None:
    if cohort.issued == 0 or not cohort.spent:
        return None
    spent = Decimal(cohort.spent[-1])
    for age in range(len(cohort.spent) - 1, life):
        factor = factors[age]
        if factor is None:
            return None
        spent *= factor
    return min(spent / cohort.issued, Decimal(1))

"""What a row of transactions amounts to, and of which kind it is.

Amount: the amount column where it is filled, else quantity times unit price, worked out
exactly and rounded once per row, half to even.

Kind, first rule that fits:
1. The kind column, where it is filled. Its sign is then a matter of the kind: refunds,
   withdrawals and outgoing transfers are kept negative however the file writes them. Only a
   purchase with a negative amount or quantity is taken for a refund.
2. No amount given and a unit price of 0: an adjustment of 0, neither sale nor refund.
3. A negative amount or quantity: a refund, its amount negative. So are cancellations, whose
   order number is C and digits, and whose quantity is negative.
4. All others: a purchase, also with an amount of 0.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import numpy as np
import numpy.typing as npt

from regulars.server.intake.reader.batches import Mask
from regulars.server.intake.reader.figures import Ints, Numbers, product, to_minor

# Kinds by which money leaves: always kept negative.
NEGATIVE = ("refund", "withdrawal", "transfer_out")

Kinds = npt.NDArray[np.object_]


@dataclass(frozen=True)
class Amounts:
    """Minor units and kind of each row; rows without an amount are not `there`."""

    minor: Ints
    kinds: Kinds
    there: Mask
    rounded: int
    negative_purchases: int  # rows whose kind column says purchase and whose sign says refund


@dataclass
class Totals:
    """Rows and minor units of each kind, over a file."""

    rows: Counter[str] = field(default_factory=Counter)
    minor: Counter[str] = field(default_factory=Counter)

    def add(self, kinds: Kinds, minor: Ints) -> None:
        for kind in np.unique(kinds.astype(str)):
            these = kinds == kind
            self.rows[str(kind)] += int(these.sum())
            self.minor[str(kind)] += int(minor[these].sum())


def amounts(
    *,
    amount: Numbers | None,
    quantity: Numbers | None,
    unit_price: Numbers | None,
    kind: Any,  # pyarrow array of codes and nulls, or None
    digits: int,
    units: Mapping[str, Fraction],
) -> Amounts:
    """Work out amount and kind of a batch of rows."""
    size = len(next(n for n in (amount, quantity) if n is not None).ticks)
    minor, given, rounded = _given(amount, size, digits, units.get("amount", Fraction(1)))
    multiplied = np.zeros(size, np.bool_)
    if quantity is not None and unit_price is not None:
        multiplied = ~given & quantity.there & unit_price.there
        factor = units.get("unit_price", Fraction(1))
        minor = np.where(
            multiplied, product(quantity, unit_price, digits=digits, factor=factor), minor
        )
    free = multiplied & (unit_price.signs() == 0) if unit_price is not None else multiplied
    back = minor < 0
    if quantity is not None:
        back |= quantity.there & (quantity.signs() < 0)
    stated = _stated(kind, size)
    kinds = np.where(free, "adjustment", np.where(back, "refund", "purchase")).astype(object)
    turned = (stated == "purchase") & back
    known = (stated != "") & ~turned
    kinds[known] = stated[known]
    kinds[turned] = "refund"
    negative = np.isin(kinds.astype(str), NEGATIVE)
    minor = np.where(negative, -np.abs(minor), minor)
    return Amounts(minor, kinds, given | multiplied, rounded, int(turned.sum()))


def _given(
    amount: Numbers | None, size: int, digits: int, factor: Fraction
) -> tuple[Ints, Mask, int]:
    if amount is None:
        return np.zeros(size, np.int64), np.zeros(size, np.bool_), 0
    minor, rounded = to_minor(amount, digits=digits, factor=factor)
    return np.where(amount.there, minor, 0), amount.there, rounded


def _stated(kind: Any, size: int) -> Kinds:
    if kind is None:
        return np.full(size, "", object)
    stated: Kinds = np.array([code or "" for code in kind.to_pylist()], object)
    return stated

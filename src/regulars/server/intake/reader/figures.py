"""Numbers and money: exact from the text to the last minor unit.

A column of numbers is kept as whole ten-thousandths, with a Fraction for each cell that has
more decimals. So quantity times unit price is the exact product, and only then is it rounded
to the minor unit, half to even. That is the rule for every amount: rounded once, per row.

万 and 亿 behind a number multiply it by ten thousand and by a hundred million. Brackets or a
minus behind a number make it negative. A comma separates thousands and nothing else: "12,5"
is refused, because it may be 12.5 or 125.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Mask, Texts
from regulars.server.intake.reader.cells import (
    Fault,
    Remembered,
    matches,
    one_by_one,
    present,
    trimmed,
)

TICKS = 10_000  # in one unit
PLAIN = r"^-?[0-9]{1,13}(\.[0-9]{1,4})?$"
LARGEST = Fraction(10**14)
LARGEST_MINOR = 2**62
_SIGNS = re.compile(
    r"[¥￥$€£]|RMB|CNY|USD|EUR|GBP|HKD|HK\$|US\$|人民币|元整|元|圆", re.IGNORECASE
)
_NUMBER = re.compile(
    r"([+-]?)(\d{1,3}(?:,\d{3})+|\d{1,4}(?:,\d{4})+|\d*)(\.\d*)?(e[+-]?\d{1,2})?(万|亿)?"
)
_COUNTED = re.compile(
    r"(?<=[\d.])\s*(?:周?岁|天|日|个|件|次|人|份|笔|户|台|张|盒|瓶|袋|只|days?|pcs|pieces?)$",
    re.IGNORECASE,
)
_UNITS = {"": 1, "万": 10**4, "亿": 10**8}

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Numbers:
    """A column of exact numbers: ticks where `there`, Fractions in `finer`, faults."""

    ticks: Ints
    there: Mask  # a number stands here, in ticks or in finer
    finer: Mapping[int, Fraction]
    faults: Mapping[int, Fault]

    def exact(self, row: int) -> Fraction:
        return self.finer.get(row, Fraction(int(self.ticks[row]), TICKS))

    def signs(self) -> Ints:
        """-1, 0 or 1 for each row."""
        signs = np.sign(self.ticks)
        for row, value in self.finer.items():
            signs[row] = (value > 0) - (value < 0)
        return signs

    def floats(self) -> npt.NDArray[np.float64]:
        values = self.ticks / TICKS
        for row, value in self.finer.items():
            values[row] = float(value)
        return values


def numbers(texts: Texts, parse: Remembered) -> Numbers:
    """Read a column of numbers; `parse` is a Remembered `parse_number`."""
    cells = trimmed(texts)
    there = present(cells, dashes_mean_nothing=True)
    plainly = there & matches(cells, PLAIN)
    ticks = _ticks(pc.if_else(pa.array(plainly), cells, "0"))
    finer: dict[int, Fraction] = {}
    faults: dict[int, Fault] = {}
    for row, value in one_by_one(cells, there & ~plainly, parse).items():
        if isinstance(value, Fault):
            faults[row] = value
        elif (value * TICKS).denominator == 1:
            ticks[row] = int(value * TICKS)
        else:
            finer[row] = value
    there[list(faults)] = False
    return Numbers(ticks, there, finer, faults)


def parse_number(cell: str) -> Fraction | Fault:
    """The patient way: currency signs, separators, brackets, full width, 万 and 亿."""
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", cell)).replace("−", "-")
    text = text.removeprefix("'")
    negative = False
    if text.startswith("(") and text.endswith(")"):
        negative, text = True, text[1:-1]
    text = _SIGNS.sub("", text)
    if text.endswith("-"):
        negative, text = not negative, text[:-1]
    found = _NUMBER.fullmatch(text.replace("E", "e"))
    if not found or not (found[2] or (found[3] or "").strip(".")):
        return Fault("not_a_number")
    sign, whole, decimals, exponent, unit = (part or "" for part in found.groups())
    value = Fraction(
        f"{whole.replace(',', '') or 0}{decimals if decimals != '.' else ''}{exponent}"
    )
    value *= _UNITS[unit]
    if value > LARGEST:
        return Fault("too_large")
    return -value if negative != (sign == "-") else value


def parse_count(cell: str) -> Fraction | Fault:
    """A number of years, days or pieces, with or without the word for them: 34 岁, 90天."""
    return parse_number(_COUNTED.sub("", unicodedata.normalize("NFKC", cell).strip()))


def parse_rate(cell: str) -> Fraction | Fault:
    """A rate in percentage points, with or without the sign."""
    return parse_number(unicodedata.normalize("NFKC", cell).strip().removesuffix("%"))


def to_minor(
    values: Numbers, *, digits: int, factor: Fraction = Fraction(1)
) -> tuple[Ints, int]:
    """Round to minor units, half to even; also count the rows that had to be rounded."""
    scaled = factor * 10**digits / TICKS
    minor, rounded = _scaled(values.ticks, scaled)
    for row, value in values.finer.items():
        exact = value * factor * 10**digits
        minor[row] = _clamped(round(exact))
        rounded += exact.denominator != 1
    return minor, rounded


def product(
    quantity: Numbers, price: Numbers, *, digits: int, factor: Fraction = Fraction(1)
) -> Ints:
    """Multiply exactly, then round to minor units, half to even."""
    scaled = factor * 10**digits / TICKS**2
    largest = _largest(quantity.ticks) * _largest(price.ticks)
    if largest < LARGEST_MINOR:
        minor, _ = _scaled(quantity.ticks * price.ticks, scaled)
    else:
        products = quantity.ticks.astype(object) * price.ticks.astype(object)
        minor = np.array([_clamped(round(value * scaled)) for value in products], np.int64)
    for row in {*quantity.finer, *price.finer}:
        minor[row] = _clamped(
            round(quantity.exact(row) * price.exact(row) * factor * 10**digits)
        )
    return minor


def too_large(minor: Ints) -> Mask:
    """Say which amounts did not fit."""
    found: Mask = np.abs(minor) >= LARGEST_MINOR
    return found


def _ticks(cells: Texts) -> Ints:
    decimals = cells.cast(pa.decimal128(18, 4))
    # A decimal is 16 bytes, low half first; 18 digits always fit into the low half.
    halves = np.frombuffer(decimals.buffers()[1], np.int64)
    start = decimals.offset
    return halves[2 * start : 2 * (start + len(decimals)) : 2].copy()


def _scaled(values: Ints, factor: Fraction) -> tuple[Ints, int]:
    over, under = factor.numerator, factor.denominator
    if _largest(values) * over >= LARGEST_MINOR:
        exact = [value * factor for value in map(int, values)]
        minor = np.array([_clamped(round(value)) for value in exact], np.int64)
        return minor, sum(value.denominator != 1 for value in exact)
    whole, left = np.divmod(values * over, under)
    up = (2 * left > under) | ((2 * left == under) & (whole % 2 == 1))
    return whole + up, int(np.count_nonzero(left))


def _largest(values: Ints) -> int:
    return int(np.abs(values).max(initial=0))


def _clamped(value: int) -> int:
    return max(-LARGEST_MINOR, min(LARGEST_MINOR, value))

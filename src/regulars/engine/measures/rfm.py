"""Recency, frequency and money: scores 1-5, the eight Chinese types, the 25-cell map."""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

import ibis
import ibis.expr.types as ir
import numpy as np

from regulars.base.errors import BadInput

FIFTHS = (0.2, 0.4, 0.6, 0.8)

# Bits R, F, M -> type. M decides key or general (重要 or 一般), R and F the rest.
TYPES = {
    (1, 1, 1): "important_value",
    (0, 1, 1): "important_keep",
    (1, 0, 1): "important_develop",
    (0, 0, 1): "important_winback",
    (1, 1, 0): "general_value",
    (0, 1, 0): "general_keep",
    (1, 0, 0): "general_develop",
    (0, 0, 0): "general_winback",
}

CELLS = (
    "new",
    "champions",
    "loyal",
    "potential_loyal",
    "promising",
    "needs_attention",
    "about_to_sleep",
    "cannot_lose",
    "at_risk",
    "hibernating",
    "lost",
)


@dataclass(frozen=True, kw_only=True)
class Thresholds:
    """Fixed cut points, so that scores are comparable from month to month.

    Attributes
    ----------
    recency
        Four days, rising: up to the first scores 5, above the last scores 1.
    frequency, monetary
        Four counts and amounts, rising: from the last on scores 5, below the first 1.
    high
        Days, orders and money from which R, F and M count as high in the eight types;
        None takes the third cut point, so that high is a score of 4 or 5.
    """

    recency: tuple[float, float, float, float]
    frequency: tuple[float, float, float, float]
    monetary: tuple[float, float, float, float]
    high: tuple[float, float, float] | None = None

    def __post_init__(self) -> None:
        for name in ("recency", "frequency", "monetary"):
            cuts = getattr(self, name)
            if len(cuts) != 4 or list(cuts) != sorted(cuts):
                raise BadInput(f"The {name} cut points are {cuts}; give four in rising order.")


@dataclass(frozen=True)
class Cuts:
    """The cut points in use.

    Attributes
    ----------
    definition
        `quantile`: the 20/40/60/80 % points of this base; `threshold`: fixed.
    recency, frequency, monetary
        Four each, rising.
    high
        What splits the eight types: days, orders, money.
    """

    definition: Literal["quantile", "threshold"]
    recency: tuple[float, ...]
    frequency: tuple[float, ...]
    monetary: tuple[float, ...]
    high: tuple[float, float, float]

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON."""
        return {
            "definition": self.definition,
            "recency": list(self.recency),
            "frequency": list(self.frequency),
            "monetary": list(self.monetary),
            "high": dict(zip(("recency", "frequency", "monetary"), self.high, strict=True)),
        }


def cuts_of(summary: ir.Table, thresholds: Thresholds | None = None) -> Cuts:
    """Find the cut points: `thresholds`, or the fifths and the medians of this base.

    Parameters
    ----------
    summary
        With days_since_last, purchase_count and monetary (float64).
    """
    if thresholds is not None:
        middle = (thresholds.recency[1], thresholds.frequency[2], thresholds.monetary[2])
        return Cuts(
            "threshold",
            thresholds.recency,
            thresholds.frequency,
            thresholds.monetary,
            thresholds.high or middle,
        )
    recency = _points_of_counts(summary, "days_since_last")
    frequency = _points_of_counts(summary, "purchase_count")
    money = _points_of_money(summary)
    return Cuts(
        "quantile",
        recency[:4],
        frequency[:4],
        money[:4],
        high=(recency[4], frequency[4], money[4]),
    )


def with_money(cuts: Cuts, summary: ir.Table) -> Cuts:
    """Keep the cut points of recency and frequency, and take those of another `monetary`."""
    money = _points_of_money(summary)
    return replace(cuts, monetary=money[:4], high=(*cuts.high[:2], money[4]))


POINTS = (*FIFTHS, 0.5)


def _points_of_money(summary: ir.Table) -> tuple[float, ...]:
    """Find the points of amounts, which seldom occur twice: by selection, not by sorting."""
    known = summary.filter(summary.monetary.notnull()).select("monetary")
    amounts = known.to_pyarrow()["monetary"].to_numpy()
    place = np.array(POINTS) * (len(amounts) - 1)
    low, high = np.floor(place).astype(int), np.ceil(place).astype(int)
    chosen = np.partition(amounts, np.union1d(low, high))
    part = place - low
    # As a database's `quantile` rounds: cut points stay what they were to the last digit.
    return tuple((chosen[low] * (1.0 - part) + chosen[high] * part).tolist())


def _points_of_counts(summary: ir.Table, column: str) -> tuple[float, ...]:
    """Find the points of whole numbers from how often each occurs: a few hundred rows."""
    by = summary.filter(summary[column].notnull()).group_by(value=summary[column])
    rows = by.agg(n=lambda table: table.count()).order_by("value").to_pyarrow()
    values, counts = rows["value"].to_numpy(), rows["n"].to_numpy()
    up_to = np.cumsum(counts)
    place = np.array(POINTS) * (up_to[-1] - 1)
    below = values[np.searchsorted(up_to, np.floor(place), side="right")].astype(np.float64)
    above = values[np.searchsorted(up_to, np.ceil(place), side="right")].astype(np.float64)
    return tuple((below + (above - below) * (place - np.floor(place))).tolist())


def score(summary: ir.Table, cuts: Cuts) -> ir.Table:
    """Score every customer; equal values get equal scores.

    Parameters
    ----------
    summary
        With days_since_last, purchase_count and monetary.

    Returns
    -------
    Table, the summary with (lazy)
        r, f, m : int8, 1-5, 5 is best
        rfm : string, such as "555"
        rfm_type : string, one of TYPES
        rfm_cell : string, one of CELLS
    """
    scored = summary.mutate(
        r=_recency(summary.days_since_last, cuts),
        f=_rising(summary.purchase_count, cuts.frequency, cuts),
        m=_rising(summary.monetary, cuts.monetary, cuts),
    )
    digits = scored.r.cast("int16") * 100 + scored.f.cast("int16") * 10 + scored.m
    return scored.mutate(
        rfm=digits.cast("string"),
        rfm_type=_type(scored, cuts),
        rfm_cell=cell(scored.r, scored.f, scored.m, once=scored.purchase_count == 1),
    )


def cell(
    r: ir.IntegerValue, f: ir.IntegerValue, m: ir.IntegerValue, *, once: ir.BooleanValue
) -> ir.StringValue:
    """Name the cell of the R x FM map; the rules are tried from the top."""
    fm = ((f + m + 1) / 2).floor().cast("int8")  # round half up
    top = (r == 5) & (fm >= 4) | (r == 4) & (fm == 5)
    return ibis.cases(
        (once & (r >= 4), "new"),
        (top, "champions"),
        ((r >= 3) & (fm >= 4), "loyal"),
        ((r >= 4) & (fm >= 2), "potential_loyal"),
        (r >= 4, "promising"),
        ((r == 3) & (fm >= 2), "needs_attention"),
        (r == 3, "about_to_sleep"),
        (fm == 5, "cannot_lose"),
        (fm >= 3, "at_risk"),
        (r == 2, "hibernating"),
        else_="lost",
    )


def _recency(days: ir.IntegerValue, cuts: Cuts) -> ir.IntegerValue:
    below = operator.lt if cuts.definition == "quantile" else operator.le
    return _class(days, cuts.recency, below, scores=(5, 4, 3, 2, 1))


def _rising(value: ir.NumericValue, points: tuple[float, ...], cuts: Cuts) -> ir.IntegerValue:
    below = operator.le if cuts.definition == "quantile" else operator.lt
    return _class(value, points, below, scores=(1, 2, 3, 4, 5))


def _class(
    value: ir.NumericValue,
    points: tuple[float, ...],
    below: Callable[[ir.NumericValue, float], ir.BooleanValue],
    *,
    scores: tuple[int, ...],
) -> ir.IntegerValue:
    """Give the score of the first point that the value is below; null stays null.

    Cases end at the first that holds: about half the work of counting the points passed.
    """
    *upper, last = (ibis.literal(each, "int8") for each in scores)
    cases = [(below(value, point), each) for point, each in zip(points, upper, strict=True)]
    return ibis.cases(*cases, (value.notnull(), last))


def _type(scored: ir.Table, cuts: Cuts) -> ir.StringValue:
    days, orders, amount = cuts.high
    if cuts.definition == "quantile":
        # Strictly better than the middle: with most customers at one order, a median of
        # one must not make everybody frequent.
        bits = (
            scored.days_since_last < days,
            scored.purchase_count > orders,
            scored.monetary > amount,
        )
    else:
        bits = (
            scored.days_since_last <= days,
            scored.purchase_count >= orders,
            scored.monetary >= amount,
        )
    number = bits[0].cast("int8") * 4 + bits[1].cast("int8") * 2 + bits[2].cast("int8")
    # No else: who never was active has no type.
    return number.cases(
        *[(4 * r + 2 * f + m, code) for (r, f, m), code in TYPES.items()],
    )

"""RFMD: who the customers of a segment are. Demographics beside the score, never in it.

The D of RFMD stands in cross tables and among the features of look-alikes. It does not
enter R, F or M, nor any other score: what a person is must not decide what he is worth.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.intervals import wilson

# Words in the name of an attribute that make it sensitive. After China's law on personal
# information (article 28: biometrics, religion, specific identity, health, financial
# accounts, whereabouts, minors under 14) and Europe's (article 9).
SENSITIVE = frozenset(
    {
        *("religion", "religious", "ethnic", "ethnicity", "race", "political", "party"),
        *("health", "medical", "disease", "disability", "pregnancy", "biometric"),
        *("fingerprint", "face", "sexual", "orientation", "union", "criminal"),
        *("location", "whereabouts", "minor", "民族", "宗教", "信仰", "健康", "病史"),
        *("残疾", "指纹", "人脸", "政治面貌", "行踪", "未成年", "生物识别"),
    }
)
# Rows with fewer customers are shown grey: their shares are mostly chance.
SMALL = 30
UNKNOWN = ""


@dataclass(frozen=True)
class CrossCell:
    """One cell of a cross table.

    Attributes
    ----------
    row, column
        Segment and value of the attribute; "" is unknown.
    customers
        In the cell.
    share
        Of the row, 0-1; low, high: its 95 % interval.
    base_share
        Of all customers, 0-1.
    index
        100 times share over base_share: 100 is as everywhere; index_low, index_high by
        the interval of the share. None where nobody has the value.
    differs
        100 lies outside the interval, and the row is not small.
    small
        Fewer than 30 customers in the row: to be greyed.
    """

    row: str
    column: str
    customers: int
    share: float
    low: float
    high: float
    base_share: float
    index: float | None
    index_low: float | None
    index_high: float | None
    differs: bool
    small: bool


@dataclass(frozen=True)
class CrossTable:
    """Segments against an attribute.

    Attributes
    ----------
    rows, columns
        In order of name; unknown last.
    row_totals, column_totals
        Customers.
    customers
        In all.
    cells
        Row by row.
    association
        Cramer's V, 0 (the attribute says nothing about the segment) to 1; None where
        there is but one row or column.
    reasons
        Why sensitive attributes were used, for the log.
    """

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    row_totals: dict[str, int]
    column_totals: dict[str, int]
    customers: int
    cells: tuple[CrossCell, ...]
    association: float | None
    reasons: dict[str, str]


def admit_attributes(
    names: Iterable[str],
    reasons: Mapping[str, str] | None = None,
    *,
    sensitive: Collection[str] = SENSITIVE,
) -> dict[str, str]:
    """Refuse sensitive attributes that come without a reason.

    Parameters
    ----------
    names
        Of the attributes to be used.
    reasons
        By name: why a sensitive one is needed, for the log.
    sensitive
        Words that make a name sensitive, whole words of it (Chinese: anywhere in it); a
        company adds its own.

    Returns
    -------
    dict
        the reasons of the sensitive ones among `names`

    Raises
    ------
    BadInput
        where a sensitive one has no reason

    References
    ----------
    Personal Information Protection Law of the People's Republic of China, art. 28-30.

    Examples
    --------
    >>> admit_attributes(["district", "religion"], {"religion": "Halal menu, asked by them"})
    {'religion': 'Halal menu, asked by them'}
    >>> admit_attributes(["district"])
    {}
    """
    found = [name for name in names if _is_sensitive(name, sensitive)]
    given = {name: (reasons or {}).get(name, "").strip() for name in found}
    lacking = sorted({name for name, reason in given.items() if not reason})
    if lacking:
        raise BadInput(
            f"The attributes {', '.join(lacking)} are sensitive; leave them out, or give the "
            "reason why they are needed, which is logged."
        )
    return given


def cross_table(
    customers: ir.Table,
    attributes: ir.Table,
    *,
    row: str,
    by: str,
    bands: Sequence[float] | None = None,
    reasons: Mapping[str, str] | None = None,
    sensitive: Collection[str] = SENSITIVE,
) -> CrossTable:
    """Count segments against an attribute.

    Parameters
    ----------
    customers
        customer_id (unique) and the column `row`, such as rfm_type, rfm_cell, a tier;
        customers without one are left out.
    attributes
        customer_id (unique) and the column `by`; customers without a value are counted as
        unknown ("").
    bands
        For numbers: rising edges; below the first, between, from the last on.
    reasons, sensitive
        See `admit_attributes`.

    Returns
    -------
    CrossTable

    Raises
    ------
    BadInput
        where a column is missing, or is sensitive and has no reason

    References
    ----------
    Interval of a share: Wilson 1927. Association: Cramer 1946.

    Examples
    --------
    >>> import ibis
    >>> rfm = ibis.memtable({"customer_id": range(80), "rfm_type": ["key", "general"] * 40})
    >>> who = ibis.memtable({"customer_id": range(80), "town": ["a", "b", "b", "b"] * 20})
    >>> found = cross_table(rfm, who, row="rfm_type", by="town")
    >>> [(c.row, c.column, c.customers, c.index, c.differs) for c in found.cells][2:]
    [('key', 'a', 20, 200.0, True), ('key', 'b', 20, 66.7, True)]
    """
    admitted = admit_attributes([by], reasons, sensitive=sensitive)
    for table, name in ((customers, row), (attributes, by)):
        if name not in table.columns:
            raise BadInput(
                f"There is no column {name} among {', '.join(table.columns)}; name one of them."
            )
    counts = _counts(customers, attributes, row=row, by=by, bands=bands)
    rows, columns = _order({r for r, _ in counts}), _order({c for _, c in counts})
    row_totals = {r: sum(counts.get((r, c), 0) for c in columns) for r in rows}
    column_totals = {c: sum(counts.get((r, c), 0) for r in rows) for c in columns}
    whole = sum(row_totals.values())
    cells = tuple(
        _cell(r, c, counts.get((r, c), 0), row_totals[r], column_totals[c] / whole)
        for r in rows
        for c in columns
    )
    return CrossTable(
        rows,
        columns,
        row_totals,
        column_totals,
        whole,
        cells,
        _association(cells, row_totals, column_totals, whole),
        admitted,
    )


def _is_sensitive(name: str, sensitive: Collection[str]) -> bool:
    lowered = name.casefold()
    words = set(re.split(r"[^a-z0-9]+", lowered))
    return any(
        word.casefold() in words if word.isascii() else word in lowered for word in sensitive
    )


def _counts(
    customers: ir.Table,
    attributes: ir.Table,
    *,
    row: str,
    by: str,
    bands: Sequence[float] | None,
) -> dict[tuple[str, str], int]:
    value = attributes[by]
    named = _banded(value, bands) if bands else value.cast("string")
    known = attributes.select("customer_id", column=named)
    chosen = customers.filter(customers[row].notnull())
    chosen = chosen.select("customer_id", row=chosen[row].cast("string"))
    both = chosen.left_join(known, "customer_id")
    both = both.select("row", column=both["column"].fill_null(UNKNOWN))
    rows: list[dict[str, Any]] = (
        both.group_by("row", "column").agg(n=both.count()).to_pyarrow().to_pylist()
    )
    return {(each["row"], each["column"]): int(each["n"]) for each in rows}


def _banded(value: ir.NumericValue, bands: Sequence[float]) -> ir.StringValue:
    edges = list(bands)
    if edges != sorted(set(edges)):
        raise BadInput(f"The bands are {edges}; give rising edges.")
    cases = [(value.isnull(), UNKNOWN), (value < edges[0], f"<{edges[0]:g}")]
    for low, high in pairwise(edges):
        cases.append((value < high, f"{low:g}-{high:g}"))
    return ibis.cases(*cases, else_=f"{edges[-1]:g}+")


def _order(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(names, key=lambda name: (name == UNKNOWN, *_natural(name))))


def _natural(name: str) -> tuple[float, str]:
    # Bands in the order of their edges: "<20", "20-30", "100+".
    number = re.match(r"(<?)(-?\d+(?:\.\d+)?)", name)
    if number is None:
        return (float("inf"), name)
    return (float(number[2]) - (0.5 if number[1] else 0.0), name)


def _cell(row: str, column: str, count: int, total: int, base: float) -> CrossCell:
    share = count / total if total else 0.0
    low, high = wilson(count, total)
    index, index_low, index_high = (
        round(100.0 * each / base, 1) if base > 0 else None for each in (share, low, high)
    )
    small = total < SMALL
    outside = not small and (low > base or high < base)
    return CrossCell(
        row, column, count, share, low, high, base, index, index_low, index_high, outside, small
    )


def _association(
    cells: Sequence[CrossCell],
    rows: Mapping[str, int],
    columns: Mapping[str, int],
    whole: int,
) -> float | None:
    smaller = min(len(rows), len(columns)) - 1
    if smaller < 1 or whole == 0:
        return None
    chi = 0.0
    for cell in cells:
        expected = rows[cell.row] * columns[cell.column] / whole
        chi += (cell.customers - expected) ** 2 / expected
    return round(sqrt(chi / (whole * smaller)), 4)

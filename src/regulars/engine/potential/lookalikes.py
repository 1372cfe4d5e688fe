"""Potential: the own value against the 80th percentile of customers who look alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.measures.demographics import admit_attributes

SHARE = 0.8
# Fewer make a percentile a matter of luck: its standard error is then a quarter of the
# distance between the 70th and the 90th percentile.
LEAST = 60
TENURE_YEARS = (1, 3, 5)
# Relative standard error of the percentile.
SURE, FAIR = 0.05, 0.10
# Groups that explain less of the spread of value than this say nothing about anybody.
NO_SIGNAL = 0.01
EVERYBODY = "everybody"


@dataclass(frozen=True)
class LookalikeReport:
    """What the groups of look-alikes are worth.

    Attributes
    ----------
    customers, groups
        How many, of the groups that were used.
    explained
        Share of the spread of log value between the groups, adjusted for their number.
    by_level
        Customers per level of grouping, narrowest first; the last is everybody.
    gap
        Sum of potential less value.
    verdict
        One sentence for a person.
    """

    customers: int
    groups: int
    explained: float | None
    by_level: dict[str, int]
    gap: float
    verdict: str


def add_bands(
    customers: ir.Table,
    *,
    held: ir.Table | None = None,
    tenure: str = "tenure_days",
    years: Sequence[int] = TENURE_YEARS,
) -> ir.Table:
    """Add the tenure band and the product pattern, to group look-alikes by.

    Parameters
    ----------
    customers
        With customer_id and, for the band, the column `tenure` in days.
    held
        With customer_id and category, from `measures.ownership.categories_held`.

    Returns
    -------
    Table, `customers` with (lazy)
        tenure_band : string, such as "1-3"; "" unknown; where the column is there
        product_pattern : string, categories in order of name, joined by "+"; "" holds none;
            where `held` is given

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1, 2], "tenure_days": [100, 800]})
    >>> held = ibis.memtable({"customer_id": [1, 1], "category": ["fund", "card"]})
    >>> rows = add_bands(table, held=held).order_by("customer_id").to_pyarrow()
    >>> rows["tenure_band"].to_pylist(), rows["product_pattern"].to_pylist()
    (['<1', '1-3'], ['card+fund', ''])
    """
    wide = customers
    if tenure in customers.columns:
        wide = wide.mutate(tenure_band=_band(wide[tenure], years))
    if held is not None:
        named = held.select("customer_id", "category").distinct()
        pattern = named.group_by("customer_id").agg(
            product_pattern=named.category.group_concat("+", order_by=named.category)
        )
        wide = wide.left_join(pattern, "customer_id").drop("customer_id_right")
        wide = wide.mutate(product_pattern=wide.product_pattern.fill_null(""))
    return wide


def find_potentials(
    customers: ir.Table,
    *,
    by: Sequence[Sequence[str]],
    value: str = "standing_value",
    share: float = SHARE,
    least: int = LEAST,
    reasons: Mapping[str, str] | None = None,
) -> ir.Table:
    """Set each customer's potential by those who look like him.

    The groups are tried from the narrowest on; the first with `least` customers or more is
    taken, at last everybody. Columns to group by must not be made from the value itself,
    or everybody looks like those who bring as much as he does.

    Parameters
    ----------
    customers
        customer_id (unique), the column `value` (null or below 0 counts as 0) and the
        columns of `by` (null is a value of its own).
    by
        Columns by level, narrowest first, such as
        `[("tenure_band", "district", "product_pattern"), ("tenure_band",)]`.
    share
        The percentile, 0.5-0.99.
    reasons
        By column: why a sensitive attribute is used, see `admit_attributes`.

    Returns
    -------
    Table, one row per customer (lazy)
        customer_id
        value : float64, >= 0
        potential : float64, >= value: the greater of value and percentile
        potential_gap : float64, >= 0, potential - value
        lookalike_value : float64, the percentile of the group
        lookalike_n : int64, customers in the group
        lookalike_by : string, the columns that made the group, joined by ", "; "everybody"
        lookalike_level : int8, 0 narrowest
        lookalike_key : string, the group
        potential_error : float64, standard error of the percentile; null where all in the
            group have the same value
        potential_confidence : string, "high" (error up to 5 % of the percentile, and not
            everybody), "medium" (up to 10 %), "low"

    Raises
    ------
    BadInput
        where a column is missing, the share or least make no sense, or a sensitive
        attribute has no reason

    References
    ----------
    Standard error of a percentile sqrt(p (1 - p) / n) / f, with the density f at it taken
    from the percentiles 10 points below and above.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": range(200), "town": ["a", "b"] * 100,
    ...     "standing_value": [float(k // 2 + (k % 2) * 1000) for k in range(200)]})
    >>> found = find_potentials(table, by=[["town"]]).order_by("customer_id").to_pyarrow()
    >>> row = found.slice(1, 1).to_pylist()[0]
    >>> row["value"], round(row["potential"], 1), row["lookalike_n"], row["lookalike_by"]
    (1000.0, 1079.2, 100, 'town')
    """
    levels = _levels(customers, by, value, share, least)
    admit_attributes([name for columns in levels for name in columns], reasons)
    # First the plain columns: Ibis takes no key that is made within a join.
    named = dict.fromkeys(name for columns in levels for name in columns)
    plain = customers.select(
        "customer_id",
        value=customers[value],
        **{f"by_{name}": customers[name] for name in named},
    )
    keys = {
        f"key_{number}": _key(plain, columns, number) for number, columns in enumerate(levels)
    }
    known = ibis.greatest(plain.value.cast("float64").fill_null(0.0), 0.0)
    wide = plain.mutate(value=known, **keys).select("customer_id", "value", *keys)
    points = [max(share - 0.1, 0.0), share, min(share + 0.1, 1.0)]
    joined = wide
    for number in range(len(levels)):
        key = f"key_{number}"
        group = wide.group_by(key).agg(
            **{f"n_{number}": wide.count(), f"q_{number}": wide.value.quantile(points)}
        )
        joined = joined.left_join(group, key).drop(f"{key}_right")
    return _chosen(joined, levels, share, least, points[2] - points[0])


def lookalike_report(table: ir.Table) -> LookalikeReport:
    """Say how much the look-alikes have in common, and how far they reach.

    Parameters
    ----------
    table
        From `find_potentials`.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": range(200), "town": ["a", "b"] * 100,
    ...     "standing_value": [float(k // 2 + (k % 2) * 1000) for k in range(200)]})
    >>> report = lookalike_report(find_potentials(table, by=[["town"]]))
    >>> report.groups, report.by_level, report.explained > 0.5
    (2, {'town': 200}, True)
    """
    logged = table.mutate(y=(table.value + 1.0).ln())
    per = logged.group_by("lookalike_by", "lookalike_level", "lookalike_key").agg(
        n=logged.count(),
        total=logged.y.sum(),
        squares=(logged.y * logged.y).sum(),
        gap=logged.potential_gap.sum(),
    )
    rows = per.order_by("lookalike_level", "lookalike_key").to_pyarrow().to_pylist()
    customers = sum(row["n"] for row in rows)
    by_level: dict[str, int] = {}
    for row in rows:
        by_level[row["lookalike_by"]] = by_level.get(row["lookalike_by"], 0) + row["n"]
    explained = _explained(rows, customers)
    gap = round(sum(row["gap"] for row in rows), 2)
    return LookalikeReport(
        customers, len(rows), explained, by_level, gap, _verdict(explained, gap, customers)
    )


def _explained(rows: list[dict[str, float]], customers: int) -> float | None:
    total = sum(row["total"] for row in rows)
    squares = sum(row["squares"] for row in rows)
    within = sum(row["squares"] - row["total"] ** 2 / row["n"] for row in rows)
    whole = squares - total**2 / customers if customers else 0.0
    if whole <= 1e-9 or customers <= len(rows):
        return None
    ratio = (within / (customers - len(rows))) / (whole / (customers - 1))
    return round(1.0 - ratio, 4)


def _verdict(explained: float | None, gap: float, customers: int) -> str:
    if explained is None:
        return f"Not enough data: {customers} customers without a difference to explain."
    if explained < NO_SIGNAL:
        return (
            f"No signal: the groups explain {max(explained, 0.0):.1%} of the spread of value; "
            "the potential is little more than the percentile of the base."
        )
    return (
        f"Look-alikes explain {explained:.1%} of the spread of value; the base is "
        f"{gap:,.0f} below its potential."
    )


def _band(days: ir.NumericValue, years: Sequence[int]) -> ir.StringValue:
    edges = sorted(years)
    names = [f"<{edges[0]}"]
    names += [f"{low}-{high}" for low, high in pairwise(edges)]
    cases = [(days.isnull(), "")]
    cases += [(days < year * 365, name) for year, name in zip(edges, names, strict=True)]
    return ibis.cases(*cases, else_=f"{edges[-1]}+")


def _levels(
    customers: ir.Table, by: Sequence[Sequence[str]], value: str, share: float, least: int
) -> list[tuple[str, ...]]:
    wanted = {value, *(name for columns in by for name in columns)}
    lacking = sorted(wanted - set(customers.columns))
    if lacking:
        raise BadInput(
            f"The customers lack {', '.join(lacking)}; they have "
            f"{', '.join(customers.columns)}. Name columns that are there."
        )
    if not 0.5 <= share <= 0.99 or least < 2:
        raise BadInput(
            f"Potential was asked for at the share {share} of {least} customers or more; "
            "give 0.5 to 0.99 and at least 2."
        )
    return [*(tuple(columns) for columns in by if columns), ()]


def _key(plain: ir.Table, columns: tuple[str, ...], number: int) -> ir.StringValue:
    key: ir.StringValue = ibis.literal(str(number))
    for name in columns:
        key = key + "\x1f" + plain[f"by_{name}"].cast("string").fill_null("")
    return key


def _chosen(
    joined: ir.Table, levels: list[tuple[str, ...]], share: float, least: int, width: float
) -> ir.Table:
    last = len(levels) - 1
    tests = [joined[f"n_{number}"] >= least for number in range(last)]

    def first(values: list[ir.Value]) -> ir.Value:
        if not tests:
            return values[last]
        return ibis.cases(*zip(tests, values[:-1], strict=True), else_=values[last])

    said = [", ".join(columns) or EVERYBODY for columns in levels]
    wide = joined.select(
        "customer_id",
        "value",
        lookalike_n=first([joined[f"n_{number}"] for number in range(len(levels))]),
        q=first([joined[f"q_{number}"] for number in range(len(levels))]),
        lookalike_by=first([ibis.literal(name) for name in said]),
        lookalike_level=first([ibis.literal(k, "int8") for k in range(len(levels))]),
        lookalike_key=first([joined[f"key_{number}"] for number in range(len(levels))]),
    )
    typical = wide.q[1].round(4)
    # The density at the percentile: so much of the group lies between its neighbours.
    spread = (wide.q[2] - wide.q[0]) / width
    error = (share * (1 - share)) ** 0.5 * spread / wide.lookalike_n.cast("float64").sqrt()
    relative = error / typical.nullif(0.0)
    potential = ibis.greatest(wide.value, typical)
    return wide.select(
        "customer_id",
        value=wide.value.round(4),
        potential=potential.round(4),
        potential_gap=(potential - wide.value).round(4),
        lookalike_value=typical,
        lookalike_n=wide.lookalike_n,
        lookalike_by=wide.lookalike_by,
        lookalike_level=wide.lookalike_level,
        lookalike_key=wide.lookalike_key,
        potential_error=ibis.ifelse(spread > 0, error.round(4), None),
        potential_confidence=ibis.cases(
            ((relative <= SURE) & (wide.lookalike_level < last), "high"),
            (relative <= FAIR, "medium"),
            else_="low",
        ),
    )

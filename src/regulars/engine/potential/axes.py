"""Three axes, each with its own rule: value, potential, need; and the classes they make."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.backends import first_row

# Value high or not, room to grow high or not.
CLASSES: Mapping[tuple[bool, bool], str] = {
    (True, True): "key",  # 重点维护
    (False, True): "develop",  # 潜力挖掘
    (True, False): "hold",  # 保持黏性
    (False, False): "watch",  # 观察
}
SERVICE = {1: "ordinary", 2: "general", 3: "important"}
TOP = 3


@dataclass(frozen=True, kw_only=True)
class AxisRule:
    """How an axis is cut into the levels 1, 2, 3: by one of the two.

    Attributes
    ----------
    cuts
        From the first on level 2, from the second on level 3.
    shares
        Quantiles of this base: above the first level 2, above the second level 3. Equal
        values get equal levels, so that a base of zeros is all on level 1.
    """

    cuts: tuple[float, float] | None = None
    shares: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        given = self.cuts if self.cuts is not None else self.shares
        if (self.cuts is None) == (self.shares is None) or given is None:
            raise BadInput("An axis is cut by amounts or by shares; give one of the two.")
        if not given[0] < given[1]:
            raise BadInput(f"The axis is cut at {given}; the second must be above the first.")


HALF_AND_FIFTH = AxisRule(shares=(0.5, 0.8))


@dataclass(frozen=True)
class Matrix:
    """How many customers, and how much value, stand in each cell.

    Attributes
    ----------
    customers, value, gap
        By (value level, potential level, need level), each 1-3; all 27 cells are there.
    classes
        Customers by class.
    cuts
        The amounts from which an axis reached level 2 and 3.
    """

    customers: dict[tuple[int, int, int], int]
    value: dict[tuple[int, int, int], float]
    gap: dict[tuple[int, int, int], float]
    classes: dict[str, int]
    cuts: dict[str, tuple[float, float]] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Give plain values for JSON; cells are named such as "3-1-2"."""
        return {
            name: {"-".join(map(str, cell)): amount for cell, amount in cells.items()}
            for name, cells in (
                ("customers", self.customers),
                ("value", self.value),
                ("gap", self.gap),
            )
        } | {
            "classes": dict(self.classes),
            "cuts": {name: list(cuts) for name, cuts in self.cuts.items()},
        }


def classify(
    customers: ir.Table,
    *,
    value: AxisRule = HALF_AND_FIFTH,
    potential: AxisRule = HALF_AND_FIFTH,
    need: AxisRule = HALF_AND_FIFTH,
    high: int = TOP,
) -> tuple[ir.Table, dict[str, tuple[float, float]]]:
    """Give each customer a level on every axis, and the class they make.

    The axis of potential is the room to grow, `potential_gap`: who brings all that
    look-alikes bring has little left to give, however much it is.

    Parameters
    ----------
    customers
        customer_id, value, potential_gap (float64); optional need_points (null counts as
        0) and evidence_in_force: a customer about whom a note is in force stands on the
        highest level of potential.
    high
        Level from which value and potential count as high for the class, 2 or 3.

    Returns
    -------
    Table, one row per customer (lazy)
        customer_id
        value_level, potential_level, need_level : int8, 1-3; need is 1 without
            need_points
        service : string, "ordinary", "general", "important", by need
        value_class : string, "key", "develop", "hold" or "watch"
    dict
        the cuts in use, by axis

    Raises
    ------
    BadInput
        where a column is missing

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1, 2, 3, 4], "value": [9.0, 9.0, 1.0, 1.0],
    ...                        "potential_gap": [9.0, 0.0, 9.0, 0.0]})
    >>> rule = AxisRule(cuts=(2.0, 5.0))
    >>> found, _ = classify(table, value=rule, potential=rule)
    >>> found.order_by("customer_id").to_pyarrow()["value_class"].to_pylist()
    ['key', 'hold', 'develop', 'watch']
    """
    lacking = sorted({"value", "potential_gap"} - set(customers.columns))
    if lacking:
        raise BadInput(
            f"The customers lack {', '.join(lacking)}; take them from find_potentials."
        )
    wide = customers
    if "need_points" not in wide.columns:
        wide = wide.mutate(need_points=ibis.literal(0.0))
    axes = {"value": "value", "potential": "potential_gap", "need": "need_points"}
    rules = {"value": value, "potential": potential, "need": need}
    cuts = {name: _cuts(wide, axes[name], rule) for name, rule in rules.items()}
    levels = {
        name: _level(wide[axes[name]], cuts[name], exact=rules[name].cuts is not None)
        for name in axes
    }
    if "evidence_in_force" in wide.columns:
        noted = wide.evidence_in_force.fill_null(False)
        levels["potential"] = ibis.ifelse(noted, TOP, levels["potential"]).cast("int8")
    rich, roomy = levels["value"] >= high, levels["potential"] >= high
    said = [
        ((rich if a else ~rich) & (roomy if b else ~roomy), name)
        for (a, b), name in CLASSES.items()
    ]
    found = wide.select(
        "customer_id",
        **{f"{name}_level": level for name, level in levels.items()},
        service=levels["need"].cases(*SERVICE.items()),
        value_class=ibis.cases(*said),
    )
    return found, cuts


def count_matrix(
    customers: ir.Table, levels: ir.Table, cuts: dict[str, tuple[float, float]]
) -> Matrix:
    """Count customers, value and gap in every cell of the three axes.

    Parameters
    ----------
    customers
        With customer_id, value and potential_gap.
    levels, cuts
        From `classify`.

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": [1, 2], "value": [9.0, 1.0],
    ...                        "potential_gap": [0.0, 9.0]})
    >>> rule = AxisRule(cuts=(2.0, 5.0))
    >>> levels, cuts = classify(table, value=rule, potential=rule)
    >>> found = count_matrix(table, levels, cuts)
    >>> found.customers[3, 1, 1], found.classes["develop"]
    (1, 1)
    """
    both = levels.join(customers.select("customer_id", "value", "potential_gap"), "customer_id")
    names = ("value_level", "potential_level", "need_level")
    per = both.group_by(*names, "value_class").agg(
        n=both.count(), value=both.value.sum(), gap=both.potential_gap.sum()
    )
    cells = [(a, b, c) for a in (1, 2, 3) for b in (1, 2, 3) for c in (1, 2, 3)]
    count, worth, gap = (
        dict.fromkeys(cells, 0),
        dict.fromkeys(cells, 0.0),
        dict.fromkeys(cells, 0.0),
    )
    classes = dict.fromkeys(CLASSES.values(), 0)
    for row in per.to_pyarrow().to_pylist():
        cell = (row[names[0]], row[names[1]], row[names[2]])
        count[cell] += row["n"]
        worth[cell] += round(row["value"] or 0.0, 2)
        gap[cell] += round(row["gap"] or 0.0, 2)
        classes[row["value_class"]] += row["n"]
    return Matrix(count, worth, gap, classes, dict(cuts))


def _cuts(customers: ir.Table, column: str, rule: AxisRule) -> tuple[float, float]:
    if rule.cuts is not None:
        return rule.cuts
    values = customers[column].cast("float64").fill_null(0.0)
    row = first_row(customers.agg(q=values.quantile(list(rule.shares or ()))))
    low, high = (row["q"] or [0.0, 0.0])[:2]
    return float(low), float(high)


def _level(
    values: ir.NumericValue, cuts: tuple[float, float], *, exact: bool
) -> ir.IntegerValue:
    known = values.cast("float64").fill_null(0.0)
    passed = [known >= cut if exact else known > cut for cut in cuts]
    return (1 + passed[0].cast("int8") + passed[1].cast("int8")).cast("int8")

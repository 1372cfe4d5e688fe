"""Which questions of a segment look at deposits: a bank gives nothing of value for them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

# What customers have with a bank, how it moves, and what comes in. By name, so that a reader
# sees what is held up; STARTS are the families that a bank's own columns are named after.
FIELDS = frozenset(
    (
        *("aum", "aum_prev_30", "adb_month", "adb_90", "days_known", "balance_income_365"),
        *("balance_movement", "balance_moved", "balance_share", "balance_amount"),
        *("inflow", "net_new_money", "flow_5", "large_movement", "maturing"),
        "share_of_wallet",
    )
)
STARTS = ("adb", "aum", "balance", "deposit", "flow_", "inflow", "matur", "net_new")
# Narrowed to products of which none is a deposit, these look at no deposit.
BY_PRODUCT = ("balance_share", "balance_amount", "maturing")
DEPOSIT = "deposit"


def asks_for_deposits(
    rule: Any, *, products: Collection[str], measures: Mapping[str, str]
) -> bool:
    """Tell whether a rule picks customers by deposits, however deep it says so.

    `products` are the codes of deposits, `measures` what sorts each scheme's tiers.
    """
    return any(_of_deposits(each, products, measures) for each in conditions(rule))


def is_of_balances(measure: str) -> bool:
    """Tell whether a column says what somebody has with a bank, or brought there."""
    return measure in FIELDS or measure.startswith(STARTS)


def conditions(node: Any) -> Iterator[dict[str, Any]]:
    """The conditions of a stored rule."""
    if isinstance(node, dict):
        if isinstance(node.get("field"), str):
            yield node
        for value in node.values():
            yield from conditions(value)
    elif isinstance(node, list):
        for value in node:
            yield from conditions(value)


def _of_deposits(
    one: Mapping[str, Any], products: Collection[str], measures: Mapping[str, str]
) -> bool:
    field, values = one["field"], set(one.get("values") or ())
    only = set((one.get("only") or {}).get("product") or ())
    if only & set(products):
        return True
    if field in BY_PRODUCT:
        return not only
    if field == "products":
        return not values or bool(values & set(products))
    if field == "product_kinds":
        return not values or DEPOSIT in values
    if field in {"tier", "tied_tier"}:
        return any(is_of_balances(measure) for measure in measures.values())
    if field.startswith("tier_"):
        return is_of_balances(measures.get(field.removeprefix("tier_"), ""))
    return is_of_balances(field)

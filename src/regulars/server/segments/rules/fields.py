"""What a condition may look at, which operators suit it, and what its values must be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from types import MappingProxyType

from regulars.server.segments.rules.tree import BadRule, Condition, Group, Node, Window

AMOUNT_OPS = ("ge", "lt", "between", "known", "unknown")
RANKED_OPS = ("ge", "lt", "between", "top", "bottom", "known", "unknown")
CHOICE_OPS = ("in", "not_in", "known", "unknown")
# Kind of field -> operators, the usual one first.
OPS: Mapping[str, tuple[str, ...]] = {
    "money": AMOUNT_OPS,
    "number": AMOUNT_OPS,
    "share": AMOUNT_OPS,
    "count": AMOUNT_OPS,
    "days": AMOUNT_OPS,
    "age": ("ge", "lt", "between", "known", "unknown"),
    "date": ("within", "not_within", "after", "before", "between", "known", "unknown"),
    "birthday": ("next_month", "this_month", "in_month", "ahead", "known", "unknown"),
    "word": CHOICE_OPS,
    "words": CHOICE_OPS,
    "flag": ("yes", "no"),
    "group": ("in", "not_in"),
    "total": ("ge", "lt", "between"),
    "times": ("ge", "lt", "between", "none"),
    "change": ("fell", "rose"),
}
NO_VALUE = ("known", "unknown", "yes", "no", "none", "next_month", "this_month")
TWO_VALUES = ("between",)
MANY_VALUES = ("in", "not_in", "in_month")
DAY_OPS = ("within", "not_within", "ahead")  # their value is a number of days
SHARE_OPS = ("top", "bottom")  # their value is a percentage
NUMERIC = ("money", "number", "share", "count", "days")
COUNTED = MappingProxyType({"万": 10**4, "亿": 10**8, "k": 10**3, "m": 10**6, "w": 10**4})
AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?)\s*(万|亿|k|m|w)?元?", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True)
class Field:
    """One thing to look at. `origin`: file, score, facts or group.

    `facts` names the kind of facts, `measure` what is computed of them, and `narrows` by
    what they may be narrowed. `sensitive` needs a reason and stays out of comparisons.
    """

    key: str
    kind: str
    theme: str
    origin: str = "file"
    column: str = ""
    facts: str = ""
    measure: str = ""
    narrows: tuple[str, ...] = ()
    days: int = 0  # the usual window
    sensitive: bool = False

    @property
    def ops(self) -> tuple[str, ...]:
        if self.origin == "score" and self.kind in NUMERIC:
            return RANKED_OPS
        return OPS[self.kind]


def _file(
    key: str, kind: str, theme: str, *, column: str = "", sensitive: bool = False
) -> Field:
    return Field(key, kind, theme, column=column or key, sensitive=sensitive)


def _facts(
    key: str, kind: str, facts: str, measure: str, *narrows: str, days: int = 90
) -> Field:
    return Field(
        key, kind, "happened", "facts", facts=facts, measure=measure, narrows=narrows, days=days
    )


# What the records and the facts offer in every installation, in the order of the catalogue.
GIVEN: tuple[Field, ...] = (
    _file("kind", "word", "person"),
    _file("gender", "word", "person", sensitive=True),
    _file("age", "age", "person", column="birth_date"),
    _file("birthday", "birthday", "person"),
    _file("district", "word", "person"),
    _file("occupation", "word", "person"),
    _file("risk_tolerance", "word", "person", sensitive=True),
    _file("tags", "words", "person"),
    Field("group", "group", "person", "group"),
    _file("branch", "word", "place", column="book_id"),
    _file("book", "word", "place", column="book_id"),
    _file("state", "word", "place"),
    _file("since", "date", "place"),
    _file("created_on", "date", "place"),
    _file("source", "word", "place"),
    _file("last_contact", "date", "contact"),
    _file("last_answer", "date", "contact"),
    _file("reach", "words", "contact"),
    _file("preferred_channel", "word", "contact"),
    _file("consent_call", "word", "contact"),
    _file("consent_wecom", "word", "contact"),
    _file("consent_sms", "word", "contact"),
    _file("consent_email", "word", "contact"),
    _file("products", "words", "products"),
    _file("product_kinds", "words", "products"),
    _facts("spend", "total", "transactions", "spend", "category", "product", "channel"),
    _facts("purchases", "times", "transactions", "purchases", "category", "product", "channel"),
    _facts("inflow", "total", "transactions", "inflow", "category", "channel"),
    _facts("outflow", "total", "transactions", "outflow", "category", "channel"),
    _facts("activity", "times", "transactions", "activity", "category", "channel", days=60),
    _facts("events", "times", "events", "events", "event"),
    _facts("balance_share", "change", "balances", "share", "product", days=30),
    _facts("balance_amount", "change", "balances", "amount", "product", days=30),
    _facts("maturing", "total", "holdings", "maturing", "product", days=30),
)
THEMES = (
    *("person", "place", "contact", "products", "tier", "value", "behaviour", "risk"),
    *("balance", "happened", "more"),
)
# Columns of a run's frame that people know: kind and theme. Others appear by their type.
KNOWN: Mapping[str, tuple[str, str]] = {
    **dict.fromkeys(("value", "value_at_stake", "contribution_12"), ("money", "value")),
    **dict.fromkeys(("cost_to_serve_12", "clv_12", "clv_36"), ("money", "value")),
    **dict.fromkeys(("potential", "potential_gap", "referral_value"), ("money", "value")),
    "abc_class": ("word", "value"),
    "rank_next": ("share", "value"),
    "share_of_wallet": ("share", "value"),
    "products_held": ("count", "products"),
    "cross_sell": ("number", "products"),
    "next_product": ("word", "products"),
    "stage": ("word", "behaviour"),
    "rfm_type": ("word", "behaviour"),
    "rfm_cell": ("word", "behaviour"),
    **dict.fromkeys(("r", "f", "m"), ("count", "behaviour")),
    "purchase_count": ("count", "behaviour"),
    "days_since_last": ("days", "behaviour"),
    "median_gap": ("days", "behaviour"),
    "tenure_days": ("days", "behaviour"),
    **dict.fromkeys(("first_on", "last_on"), ("date", "behaviour")),
    "mean_purchase": ("money", "behaviour"),
    "net_spend": ("money", "behaviour"),
    **dict.fromkeys(("spend_30", "spend_90", "spend_365"), ("money", "behaviour")),
    "spend_prev_365": ("money", "behaviour"),
    "revenue": ("money", "behaviour"),
    **dict.fromkeys(("expected_12", "expected_36"), ("number", "behaviour")),
    **dict.fromkeys(("p_alive", "churn_probability"), ("share", "risk")),
    **dict.fromkeys(("churn_band", "dormancy_step", "large_movement"), ("word", "risk")),
    **dict.fromkeys(("change_headline", "rhythm_change"), ("word", "risk")),
    **dict.fromkeys(("purchase_movement", "balance_movement"), ("word", "risk")),
    **dict.fromkeys(("basket_changed", "channel_changed"), ("flag", "risk")),
    "step_since": ("date", "risk"),
    "silence": ("number", "risk"),
    "rhythm": ("days", "behaviour"),
    "spend_asleep": ("money", "risk"),
    "balance_moved": ("money", "balance"),
    "purchase_moved": ("money", "behaviour"),
    "potential_level": ("word", "value"),
    "service_need": ("word", "value"),
    **dict.fromkeys(("aum", "adb_month", "adb_90", "aum_prev_30"), ("money", "balance")),
    **dict.fromkeys(("flow_5", "net_new_money"), ("money", "balance")),
    "days_known": ("days", "balance"),
    "balance_income_365": ("money", "balance"),
}
# What pages keep in the frame for themselves, and what the file knows better.
INNER = re.compile(
    r"(active|before|again|met|held|was)_.*|customer_id|rfm|cohort|kind|branch|recency_age"
    r"|repeat_count|.*_(low|high|floor|distance|error|moved_item|moved_on)|fact_key"
    r"|rhythm_(p|ratio|gap_before|gap_now)|basket_(gone|new)(_amount)?|channel_(before|now)"
    r"|changes|why(_.*)?",
    re.ASCII,
)
TYPES: Mapping[str, str] = {
    "VARCHAR": "word",
    "BOOLEAN": "flag",
    "DATE": "date",
    "TIMESTAMP": "date",
    **dict.fromkeys(("DOUBLE", "FLOAT"), "number"),
    **dict.fromkeys(("BIGINT", "INTEGER", "SMALLINT", "TINYINT", "HUGEINT"), "count"),
    **dict.fromkeys(("UBIGINT", "UINTEGER", "USMALLINT", "UTINYINT"), "count"),
}
SHARES = re.compile(r"(p|share|prob)_.*|.*_(probability|share|rate)", re.ASCII)


def of_frame(columns: Iterable[tuple[str, str]]) -> list[Field]:
    """Return the fields that a run's frame offers, from its (name, type) pairs."""
    taken = {field.key for field in GIVEN}
    found = []
    for name, type_ in columns:
        if name in taken or INNER.fullmatch(name) or not name.isidentifier():
            continue
        if name == "tier" or name.startswith("tier_"):
            found.append(Field(name, "word", "tier", "score", name))
            continue
        base = type_.split("(")[0]
        kind, theme = KNOWN.get(name, (TYPES.get(base, "number"), "more"))
        if base not in TYPES and base != "DECIMAL":
            continue
        if name not in KNOWN and kind == "number" and SHARES.fullmatch(name):
            kind = "share"
        found.append(Field(name, kind, theme, "score", name))
    return found


def settled(node: Node, fields: Mapping[str, Field]) -> Node:
    """Return a rule whose values have their canonical form.

    :raises BadRule: it names an unknown field, or an operator or value does not fit.
    """
    if isinstance(node, Group):
        return Group(node.mode, tuple(settled(part, fields) for part in node.parts))
    field = fields.get(node.field)
    if field is None:
        raise BadRule(f"Nothing is called {node.field!r} here any more. Remove that condition.")
    if node.op not in field.ops:
        raise BadRule(f"{node.field!r} cannot be asked for {node.op!r}. Choose another word.")
    values = _values(node, field)
    only = tuple((name, given) for name, given in node.only if name in field.narrows and given)
    return Condition(node.field, node.op, values, _window(node, field), only)


def amount(text: str) -> Decimal:
    """Read a number as people type it: 200,000, 20万, 1.5亿, 200k.

    :raises BadRule: it is none.
    """
    plain = text.replace(",", "").replace("\uff0c", "").replace(" ", "").strip()
    found = AMOUNT.fullmatch(plain)
    if found is None:
        raise BadRule(f"{text!r} is no number. Write it like 200000 or 20万.")
    try:
        number = Decimal(found[1]) * COUNTED.get((found[2] or "").lower(), 1)
    except InvalidOperation as error:  # pragma: no cover - the pattern lets digits only
        raise BadRule(f"{text!r} is no number.") from error
    if abs(number) >= 10**15:
        raise BadRule(f"{text!r} is larger than anything we count.")
    return number


def plain(number: Decimal) -> str:
    """Write a number without an exponent and without zeros that say nothing."""
    text = f"{number:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _values(node: Condition, field: Field) -> tuple[str, ...]:
    if node.op in NO_VALUE:
        return ()
    if node.op in MANY_VALUES:
        return _chosen(node)
    wanted = 2 if node.op in TWO_VALUES else 1
    if len(node.values) < wanted or not all(node.values[:wanted]):
        raise BadRule("A value is missing. Fill it in, or remove the condition.")
    given = node.values[:wanted]
    if field.kind == "date" and node.op not in DAY_OPS:
        days = [_date(value) for value in given]
        return tuple(day.isoformat() for day in sorted(days))
    numbers = [amount(value) for value in given]
    _sensible(node, field, numbers)
    return tuple(plain(number) for number in sorted(numbers))


def _chosen(node: Condition) -> tuple[str, ...]:
    if not node.values:
        raise BadRule("Nothing is chosen yet. Choose at least one value.")
    if node.op != "in_month":
        return tuple(sorted(set(node.values)))
    months = {amount(value) for value in node.values}
    if not months <= set(range(1, 13)):
        raise BadRule("A month is a number from 1 to 12.")
    return tuple(plain(Decimal(month)) for month in sorted(months))


def _sensible(node: Condition, field: Field, numbers: list[Decimal]) -> None:
    if node.op in DAY_OPS and not 1 <= numbers[0] <= 36_600:
        raise BadRule(f"{numbers[0]} days make no span. Write 1 to 36600.")
    if (node.op in DAY_OPS or field.kind == "age") and any(n != int(n) for n in numbers):
        raise BadRule("Days and years are whole numbers.")
    if node.op in SHARE_OPS and not 0 < numbers[0] <= 100:
        raise BadRule("A share lies above 0 and at most at 100 %.")
    if field.kind == "age" and not all(0 <= n <= 150 for n in numbers):
        raise BadRule("An age lies between 0 and 150.")
    if field.kind == "change" and numbers[0] <= 0:
        raise BadRule("A change is a number above 0; the word before it says which way.")
    if field.measure == "share" and numbers[0] > 100 and node.op == "fell":
        raise BadRule("A balance falls by 100 % at most.")


def _window(node: Condition, field: Field) -> Window | None:
    if field.origin != "facts":
        return None
    if node.window is None:
        return Window(days=field.days)
    # What lies ahead, and a change between two days, are counted in days from the last one.
    if field.kind == "change" or field.measure == "maturing":
        return Window(days=node.window.days or field.days)
    if node.window.days is None and not (node.window.start or node.window.stop):
        return Window(days=field.days)
    return node.window


def _date(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise BadRule(f"{text!r} is no date. Write it as 2026-11-30.") from error

"""What every installation may ask for, and what the columns of a run's frame are."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from regulars.server.segments.rules.fields.beside import BESIDE
from regulars.server.segments.rules.fields.shape import Field


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
    _file("industry", "word", "person"),
    _file("business_class", "word", "person"),
    _file("key_concern", "text", "person"),
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
    *("person", "place", "contact", "business", "around", "products", "tier", "value"),
    *("behaviour", "risk", "balance", "happened", "more"),
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
    taken = {field.key for field in (*GIVEN, *BESIDE)}
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

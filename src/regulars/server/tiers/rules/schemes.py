"""Presets, and the SQL that sorts a run's customers into tiers. Pure: no database.

A tier's cut is an amount of the measure, a share of the value (ABC: a customer is A while
the cumulated share *before* it is below the cut) or a share of the customers. Tiers are
asked best first; one with `contribution_below` is asked last but one, so it takes only
those who reach no better tier and cost more than they bring.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from regulars.base.errors import BadInput

Tier = Mapping[str, Any]
# Measures that a scheme may use: columns of the run's frame.
MEASURES = (
    "adb_month",
    "adb_90",
    "aum",
    "net_spend",
    "spend_365",
    "contribution_12",
    "clv_36",
    "purchase_count",
)
AMOUNT, VALUE_SHARE, CUSTOMER_SHARE = "amount", "value_share", "customer_share"
LARGEST = Decimal(10) ** 15  # what a figure of the database holds
MOST_TIERS, NEAR = 8, Decimal("0.8")
UNITS = {"亿": 100_000_000, "万": 10_000, "M": 1_000_000, "K": 1_000}


class BadScheme(BadInput):
    """The cuts of a scheme cannot be used."""


@dataclass(frozen=True)
class Preset:
    """A scheme that a new company starts with."""

    code: str
    name: str
    name_en: str
    customer_kind: str
    is_primary: bool
    measure: str
    mode: str
    tiers: tuple[Tier, ...]


def _tier(
    code: str,
    name: str,
    name_en: str,
    level: int,
    cut: str | None,
    lead: str = "rm",
    **more: Any,
) -> Tier:
    return {
        "code": code, "name": name, "name_en": name_en, "level": level, "cut": cut,
        "lead": lead, **more,
    }  # fmt: skip


INDIVIDUAL = Preset(
    "individual", "个人客户等级", "Individual tiers", "person", True, "adb_month", AMOUNT,
    (
        _tier("private", "私行", "Private", 5, "6000000", "manager"),
        # Who decides in a gold company is looked after as a premier customer.
        _tier("premier", "贵宾", "Premier", 4, "500000",
              through={"tie": "key_person", "scheme": "corporate", "tiers": ["gold"]}),
        _tier("target", "目标", "Target", 3, "200000"),
        _tier("mass", "大众", "Mass", 2, None, ""),
        _tier("negative_margin", "负效", "Negative margin", 1, None, "",
              contribution_below="0"),
    ),
)  # fmt: skip
CORPORATE = Preset(
    "corporate", "对公客户等级", "Corporate levels", "organization", True, "adb_month", AMOUNT,
    (
        _tier("gold", "黄金", "Gold", 5, "30000000", "leader"),
        _tier("high_end", "高端", "High-end", 4, "10000000", "manager"),
        _tier("mid", "中端", "Mid", 3, "5000000"),
        _tier("standard", "一般", "Standard", 2, None),
    ),
)  # fmt: skip
MEMBERS = Preset(
    "member", "会员等级", "Member tiers", "", True, "spend_365", AMOUNT,
    (
        _tier("black", "黑金", "Black", 5, "15000"),
        _tier("gold", "金卡", "Gold", 4, "8000"),
        _tier("silver", "银卡", "Silver", 3, "3000"),
        _tier("standard", "普通", "Standard", 2, None, ""),
    ),
)  # fmt: skip


def _abc(measure: str) -> Preset:
    return Preset(
        "abc", "ABC 分类", "ABC classes", "", False, measure, VALUE_SHARE,
        (
            _tier("A", "A 类", "A", 5, "0.80"),
            _tier("B", "B 类", "B", 3, "0.95"),
            _tier("C", "C 类", "C", 2, None, ""),
        ),
    )  # fmt: skip


def _bands(measure: str) -> Preset:
    return Preset(
        "bands", "高中低", "High, mid, low", "", False, measure, CUSTOMER_SHARE,
        (
            _tier("high", "高", "High", 5, "0.20"),
            _tier("mid", "中", "Mid", 3, "0.50"),
            _tier("low", "低", "Low", 2, None, ""),
        ),
    )  # fmt: skip


def presets(company_kind: str) -> tuple[Preset, ...]:
    """The schemes of a bank or of a retailer."""
    if company_kind == "bank":
        return (INDIVIDUAL, CORPORATE, _abc("aum"), _bands("aum"))
    return (MEMBERS, _abc("net_spend"), _bands("net_spend"))


def check(tiers: Sequence[Tier], *, mode: str) -> None:
    """Refuse cuts that do not divide everybody.

    :raises BadScheme: no tiers, codes twice, cuts not falling (shares: rising), or an open end.
    """
    if not 2 <= len(tiers) <= MOST_TIERS:
        raise BadScheme(f"A scheme has 2 to {MOST_TIERS} tiers; this one has {len(tiers)}.")
    codes = [tier["code"] for tier in tiers]
    if len(set(codes)) != len(codes):
        raise BadScheme(f"The tiers are {', '.join(codes)}; give each a code of its own.")
    cuts = [cut_of(tier) for tier in tiers if tier.get("cut") not in {None, ""}]
    ranked = sorted(cuts, reverse=mode == AMOUNT)
    if cuts != ranked or len(set(cuts)) != len(cuts):
        way = "fall from tier to tier" if mode == AMOUNT else "rise from tier to tier"
        raise BadScheme(f"The cuts are {', '.join(map(str, cuts))}; let them {way}.")
    if mode != AMOUNT and any(not 0 < cut < 1 for cut in cuts):
        raise BadScheme("A share lies between 0 and 1, such as 0.80.")
    if sum(_is_rest(tier) for tier in tiers) != 1:
        raise BadScheme(
            "One tier, and only one, takes everybody who is left: leave its cut empty."
        )


def cut_of(tier: Tier) -> Decimal:
    """Return a tier's cut as a number.

    :raises BadScheme: it is none.
    """
    try:
        return Decimal(str(tier["cut"]))
    except InvalidOperation as error:
        raise BadScheme(
            f"The cut of {tier['code']} is {tier['cut']!r}, which is no number. Write 500000."
        ) from error


def next_cut(tiers: Sequence[Tier], code: str) -> Decimal | None:
    """The amount that the next better tier asks for; None for the best."""
    above: Decimal | None = None
    for tier in tiers:
        if tier["code"] == code:
            return above
        if tier.get("cut") not in {None, ""}:
            above = cut_of(tier)
    return above


def parse_amount(text: str) -> Decimal:
    """Read an amount as people write it: 500000, 500,000, 50 万, 0.5 亿, 2.5M, 500K.

    :raises BadScheme: it is none.
    """
    plain = unicodedata.normalize("NFKC", text).replace(",", "").replace(" ", "").strip("¥$元")
    for sign, factor in UNITS.items():
        if plain.upper().endswith(sign):
            plain, times = plain[: -len(sign)], factor
            break
    else:
        times = 1
    try:
        amount = Decimal(plain) * times
    except InvalidOperation as error:
        raise BadScheme(f"{text!r} is no amount. Write 500000 or 50 万.") from error
    if not amount.is_finite() or abs(amount) >= LARGEST:
        raise BadScheme(f"{text!r} is no amount. Write 500000 or 50 万.")
    return amount


def parse_share(text: str) -> Decimal:
    """Read 80 %, 80 or 0.8 as 0.80.

    :raises BadScheme: it is no share between 0 and 1.
    """
    plain = unicodedata.normalize("NFKC", text).replace(" ", "")
    try:
        share = Decimal(plain.rstrip("%"))
    except InvalidOperation as error:
        raise BadScheme(f"{text!r} is no share. Write 80 %.") from error
    if plain.endswith("%") or share > 1:
        share /= 100
    if not 0 < share < 1:
        raise BadScheme(f"{text!r} is no share between 0 and 100 %. Write 80 %.")
    return share


def ranges(tiers: Sequence[Tier], code: str) -> tuple[str, str]:
    """Return a tier's half-open range of the measure as ("low", "high"), "" where open."""
    above = next_cut(tiers, code)
    tier = next(tier for tier in tiers if tier["code"] == code)
    low = "" if tier.get("cut") in {None, ""} else plain(cut_of(tier))
    return low, "" if above is None else plain(above)


def plain(number: Decimal) -> str:
    """Write a number without exponent or trailing zeros."""
    return f"{number.normalize():f}"


def is_near(measure: Decimal | None, next_at: Decimal | None) -> bool:
    """Tell whether a customer stands in the last fifth below the next tier."""
    return measure is not None and next_at is not None and NEAR * next_at <= measure < next_at


def case(tiers: Sequence[Tier], *, measure: str, mode: str) -> str:
    """Return the SQL expression of the tier's code over a relation with `share_before`."""
    asked = f'"{measure}"' if mode == AMOUNT else "share_before"
    sign = ">=" if mode == AMOUNT else "<"
    whens = [
        f"when {asked} {sign} {cut_of(tier)}{_or_carried(tier)} then '{safe(tier['code'])}'"
        for tier in tiers
        if tier.get("cut") not in {None, ""}
    ]
    whens += [
        f"when contribution_12 < {Decimal(str(tier['contribution_below']))} "
        f"then '{safe(tier['code'])}'"
        for tier in tiers
        if tier.get("contribution_below") not in {None, ""}
    ]
    rest = next(tier for tier in tiers if _is_rest(tier))
    return f"case {' '.join(whens)} else '{safe(rest['code'])}' end"


def share_before(measure: str, *, mode: str) -> str:
    """Return the SQL window that gives each customer the share that lies before it."""
    amount = f'greatest(coalesce("{measure}", 0), 0)'
    order = (
        "over (order by {0} desc, customer_id rows between unbounded preceding and current row)"
    )
    if mode == VALUE_SHARE:
        running = f"sum({amount}) {order.format(amount)}"
        return f"({running} - {amount}) / nullif(sum({amount}) over (), 0)"
    if mode == CUSTOMER_SHARE:
        return f"(count(*) {order.format(amount)} - 1) / count(*) over ()::double"
    return "null::double"


def _or_carried(tier: Tier) -> str:
    """A tier that is reached through a tie, too: see `rules.ties`."""
    return f' or "by_{safe(tier["code"])}" is not null' if tier.get("through") else ""


def _is_rest(tier: Tier) -> bool:
    empty = {None, ""}
    return tier.get("cut") in empty and tier.get("contribution_below") in empty


def safe(code: str) -> str:
    """Return a code that may stand in SQL.

    :raises BadScheme: it holds anything but letters, digits, - and _.
    """
    if not code.replace("_", "").replace("-", "").isalnum():
        raise BadScheme(f"The code {code!r} may hold letters, digits, - and _ only.")
    return code

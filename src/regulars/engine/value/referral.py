"""What a customer's referrals are worth (CRV), apart from what he is worth himself (CLV).

Of those he brought, some would not have come without him (type 1): he brought their margin and
saved what winning them would have cost. The others would have come anyway (type 2): he saved
that cost only (Kumar, Petersen & Leone 2007):

    CRV_i = sum over referred j of (q_j * margin_j + saving) / (1 + d)^t_j

q_j is 1 for type 1, 0 for type 2 and the company's own share where nobody knows. CRV looks at
the margin of the referred from another side: it is already in *their* CLV. The company is worth
the sum of its CLV; CRV says whom to thank.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput, Refused
from regulars.engine.backends import first_row
from regulars.engine.ledger import day_number, epoch_day

TYPE_1_SHARE = 0.5
YEAR = 365.0
_NEEDED = {
    "referrals": ("referrer_id", "referred_id", "joined_on"),
    "margins": ("customer_id", "margin"),
}


def referral_value(
    referrals: ir.Table,
    margins: ir.Table,
    *,
    since: date,
    as_of: date,
    type_1_share: float = TYPE_1_SHARE,
    saving: float = 0.0,
    discount_rate: float = 0.10,
) -> ir.Table:
    """Value what each customer referred between two dates, as seen from the first.

    One level only: who was brought by a referred customer counts for that one. Of several
    referrers of one person the first (by day, then by id) has brought him; nobody refers
    himself.

    Parameters
    ----------
    referrals
        `referrer_id`, `referred_id`, `joined_on` (date); optional `would_have_joined`
        (boolean; null where nobody knows).
    margins
        `customer_id`, `margin`: of the 12 months after joining, realised or expected, in the
        reporting currency. Who is not in it counts with 0.
    since, as_of
        Joined on or after `since` and not after `as_of`. Discounting brings values back to
        `since`, by (joined_on - since) / 365 years.
    type_1_share
        q: the company's share of referred customers who would not have joined otherwise, 0-1,
        for those of whom it is not known. To be shown beside the result.
    saving
        What winning a customer costs otherwise, in the reporting currency.
    discount_rate
        Yearly.

    Returns
    -------
    Table, one row per referrer with a referral in time (lazy)
        customer_id : as in referrals
        referred : int64, >= 1
        referred_margin : float64, of those 12 months, as it stands, all types
        crv : float64

    Raises
    ------
    BadInput
        for a share outside 0-1, dates the wrong way round, or a missing column.

    References
    ----------
    Kumar, Petersen & Leone (2007), "How Valuable Is Word of Mouth?", Harvard Business Review
    85(10).

    Examples
    --------
    >>> import pyarrow as pa
    >>> referrals = ibis.memtable(pa.table({
    ...     "referrer_id": [1, 1], "referred_id": [2, 3],
    ...     "joined_on": [date(2025, 1, 1), date(2026, 1, 1)],
    ... }))
    >>> margins = ibis.memtable(pa.table({"customer_id": [2, 3], "margin": [100.0, 220.0]}))
    >>> found = referral_value(
    ...     referrals, margins, since=date(2025, 1, 1), as_of=date(2026, 6, 30), saving=20.0
    ... )
    >>> row = found.to_pyarrow().to_pylist()[0]
    >>> row["referred"], round(row["crv"], 2)  # 50 + 20, and (110 + 20) / 1.1
    (2, 188.18)
    """
    _require(referrals, margins, since, as_of, type_1_share)
    firsts = _first_referrals(referrals, since, as_of)
    known = margins.select(known_id="customer_id", margin=margins.margin.cast("float64"))
    brought = firsts.left_join(known, firsts.referred_id == known.known_id)
    margin = brought.margin.fill_null(0.0)
    anyway = brought.would_have_joined
    share = ibis.cases((anyway.isnull(), type_1_share), (anyway, 0.0), else_=1.0)
    years = (epoch_day(brought.joined_on) - day_number(since)) / YEAR
    worth = (share * margin + saving) / ibis.literal(1.0 + discount_rate).pow(years)
    valued = brought.select(customer_id=brought.referrer_id, margin=margin, worth=worth)
    return valued.group_by("customer_id").agg(
        referred=valued.count(),
        referred_margin=valued.margin.sum().round(6),
        crv=valued.worth.sum().round(6),
    )


@dataclass(frozen=True)
class CompanyValue:
    """The value of a base, with what of it came by referral.

    Attributes
    ----------
    total
        The sum of CLV over all customers: the value of the company's base.
    by_referral
        The part of `total` that belongs to customers who were referred. It is in `total`.
    referred
        How many they are.
    """

    total: float
    by_referral: float
    referred: int


def company_value(
    values: ir.Table, referrals: ir.Table, *, column: str = "clv", as_of: date
) -> CompanyValue:
    """Sum up CLV over all customers and say which part of it was brought by others.

    Parameters
    ----------
    values
        `customer_id` and the column of CLV; one row per customer, nulls count as 0.
    referrals
        As for `referral_value`, all there are up to `as_of`.
    column
        The name of the CLV column.
    as_of
        Referrals after this day do not count.

    Returns
    -------
    CompanyValue

    Raises
    ------
    Refused
        where the column is a referral value: that is part of the CLV of the referred, and a
        sum of it is no value of the company.

    Examples
    --------
    >>> import pyarrow as pa
    >>> values = ibis.memtable(
    ...     pa.table({"customer_id": [1, 2, 3], "clv": [500.0, 300.0, 200.0]})
    ... )
    >>> referrals = ibis.memtable(pa.table(
    ...     {"referrer_id": [1], "referred_id": [2], "joined_on": [date(2025, 1, 1)]}
    ... ))
    >>> company_value(values, referrals, as_of=date(2025, 12, 31))
    CompanyValue(total=1000.0, by_referral=300.0, referred=1)
    """
    if column == "crv" or "clv" not in column:
        raise Refused(
            f"The company's value is the sum of CLV, not of {column}. What a referrer brought "
            "is already in the CLV of those who came; adding it would count it twice."
        )
    _require_columns(values, ("customer_id", column), "values")
    brought = _first_referrals(referrals, date.min, as_of).select("referred_id").distinct()
    marked = values.left_join(brought, values.customer_id == brought.referred_id)
    came, value = marked.referred_id.notnull(), marked[column].fill_null(0.0)
    row = first_row(
        marked.agg(total=value.sum(), by_referral=value.sum(where=came), referred=came.sum())
    )
    return CompanyValue(
        total=float(row["total"] or 0.0),
        by_referral=float(row["by_referral"] or 0.0),
        referred=int(row["referred"] or 0),
    )


def _first_referrals(referrals: ir.Table, since: date, as_of: date) -> ir.Table:
    """Keep, of those who joined in time, the first referral of each."""
    known = referrals.mutate(joined_on=referrals.joined_on.cast("date"))
    if "would_have_joined" not in known.columns:
        known = known.mutate(would_have_joined=ibis.null("boolean"))
    own = known.referrer_id == known.referred_id
    known = known.filter(~own & (known.joined_on <= ibis.date(as_of)))
    order = ibis.window(
        group_by=known.referred_id, order_by=[known.joined_on, known.referrer_id]
    )
    ranked = known.mutate(place=ibis.row_number().over(order))
    first = ranked.filter((ranked.place == 0) & (ranked.joined_on >= ibis.date(since)))
    return first.select("referrer_id", "referred_id", "joined_on", "would_have_joined")


def _require(
    referrals: ir.Table, margins: ir.Table, since: date, as_of: date, share: float
) -> None:
    for name, table in (("referrals", referrals), ("margins", margins)):
        _require_columns(table, _NEEDED[name], name)
    if not 0.0 <= share <= 1.0:
        raise BadInput(f"The share of type 1 is {share}; give a number from 0 to 1.")
    if since > as_of:
        raise BadInput(
            f"Referrals are asked for from {since} to {as_of}: turn the dates round."
        )


def _require_columns(table: ir.Table, wanted: tuple[str, ...], name: str) -> None:
    missing = [column for column in wanted if column not in table.columns]
    if missing:
        raise BadInput(
            f"The {name} table lacks {', '.join(missing)}; it has {', '.join(table.columns)}."
        )

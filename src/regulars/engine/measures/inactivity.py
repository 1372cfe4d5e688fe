"""Inactive accounts, as a regulator or a bank's own notice defines them.

This is not marketing dormancy (`dormancy`): it speaks about accounts, by fixed terms and
balances, and has consequences for the account. There is no national rule; three published
ones are given as presets.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.base.periods import add_months
from regulars.engine.basis import Basis
from regulars.engine.ledger import EPOCH, Ledger, day_number, facts, known_balances, money
from regulars.engine.measures.balances import latest_holdings
from regulars.engine.measures.dormancy import SYSTEM_CHANNELS


@dataclass(frozen=True, kw_only=True)
class InactivityRule:
    """When an account counts as inactive.

    Attributes
    ----------
    code
        Its name.
    months, days
        No transaction begun by the customer for so long; one of the two is given.
    balance
        Not more than this is left, in the reporting currency.
    unless_linked
        An account is spared while its customer holds another product with us.
    """

    code: str
    months: int = 0
    days: int = 0
    balance: float
    unless_linked: bool = False

    def __post_init__(self) -> None:
        if (self.months > 0) == (self.days > 0):
            raise BadInput(
                f"The rule {self.code} counts {self.months} months and {self.days} days; "
                "give one of the two."
            )

    def last_day(self, as_of: date) -> date:
        """Give the latest day of a last transaction that still makes an account inactive."""
        if self.months:
            return add_months(as_of, -self.months)
        return date.fromordinal(as_of.toordinal() - self.days)


# A branch of a state bank; a joint-stock bank from 2025-10-15; a rural commercial bank.
HALF_YEAR = InactivityRule(code="half_year", months=6, balance=100.0)
YEAR_UNLINKED = InactivityRule(code="year_unlinked", days=365, balance=10.0, unless_linked=True)
THREE_YEARS = InactivityRule(code="three_years", months=36, balance=100.0)
PRESETS = {rule.code: rule for rule in (HALF_YEAR, YEAR_UNLINKED, THREE_YEARS)}


def inactive_accounts(
    ledger: Ledger,
    *,
    as_of: date,
    basis: Basis,
    rule: InactivityRule = YEAR_UNLINKED,
    system_channels: Collection[str] = SYSTEM_CHANNELS,
) -> ir.Table:
    """Judge every account by a rule of inactivity.

    Where transactions carry `account_id`, an account's own count; else any transaction
    that the customer began counts for all his accounts, so that none is called inactive
    too early. An account that never saw one is silent since its first balance.

    Parameters
    ----------
    basis
        `activity` names the kinds that a customer begins; interest and fees do not count.
    system_channels
        What came through these channels was not begun by the customer.

    Returns
    -------
    Table, one row per account with a balance row up to `as_of` (lazy)
        customer_id; account_id, product_id : string, "" where not named
        balance : float64, on the day
        last_initiated_on : date, null if never
        silent_days : int64, >= 0, since then, else since the first balance row
        linked : boolean, the customer holds an open product other than the account's
        seen_by : string, "account" or "customer": whose transactions were looked at
        inactive : boolean
        inactive_since : date, on which the silence was long enough and the balance small
            enough; null where not inactive. The day a link ended is not known and is
            not in it.

    Raises
    ------
    LedgerError
        where the ledger has no balances

    References
    ----------
    Presets as published in notices of Chinese banks: six months and 100 yuan; 365 days, 10
    yuan and no linked product; three years and 100 yuan.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import BANK, Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1], "amount": [5.0, 0.1],
    ...     "local_date": [date(2025, 1, 10), date(2026, 3, 21)],
    ...     "kind": ["inflow", "interest"]})
    >>> kept = ibis.memtable({"customer_id": [1], "on": [date(2025, 1, 10)],
    ...                       "balance": [8.0]})
    >>> table = inactive_accounts(Ledger(sold, kept), as_of=date(2026, 3, 31), basis=BANK)
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["inactive"], row["silent_days"], row["inactive_since"].isoformat()
    (True, 445, '2026-01-10')
    """
    accounts = _accounts(ledger, as_of=as_of, limit=rule.balance)
    begun = _initiated(ledger, as_of=as_of, basis=basis, system_channels=system_channels)
    by_account = "account_id" in begun.columns
    keys = ["customer_id", "account_id"] if by_account else ["customer_id"]
    last = begun.group_by(keys).agg(last_day=begun.day.max())
    wide = accounts.left_join(last, keys)
    wide = wide.drop(*[f"{key}_right" for key in keys])
    wide = _with_links(wide, ledger, as_of=as_of)
    today, term = day_number(as_of), day_number(rule.last_day(as_of))
    silent_from = wide.last_day.fill_null(wide.first_day)
    spared = wide.linked if rule.unless_linked else ibis.literal(False)
    inactive = (silent_from <= term) & (wide.balance <= rule.balance) & ~spared
    since = ibis.greatest(_term_day(silent_from, rule), wide.small_since)
    return wide.select(
        *("customer_id", "account_id", "product_id", "balance"),
        last_initiated_on=_date(wide.last_day),
        silent_days=today - silent_from,
        linked=wide.linked,
        seen_by=ibis.literal("account" if by_account else "customer"),
        inactive=inactive,
        inactive_since=ibis.ifelse(inactive, since, None),
    ).mutate(inactive_since=lambda t: _date(t.inactive_since))


def _accounts(ledger: Ledger, *, as_of: date, limit: float) -> ir.Table:
    """Give each account's balance and since when it has been no more than `limit`."""
    rows = known_balances(ledger, until=as_of)
    rows = rows.mutate(balance=money(rows.balance, ledger))
    account = [rows.customer_id, rows.account, rows.product_id]
    order = ibis.window(group_by=account, order_by=rows.day)
    # The day after the last row above the limit; without one the first row.
    ends = rows.mutate(stop=rows.day.lead().over(order))
    per = ends.group_by("customer_id", "account", "product_id").agg(
        balance=ends.balance.argmax(ends.day),
        first_day=ends.day.min(),
        above_until=ends.stop.max(where=ends.balance > limit),
    )
    return per.select(
        "customer_id",
        "product_id",
        account_id=per.account.split("\x1f")[0],
        balance=per.balance,
        first_day=per.first_day,
        small_since=per.above_until.fill_null(per.first_day),
    )


def _initiated(
    ledger: Ledger, *, as_of: date, basis: Basis, system_channels: Collection[str]
) -> ir.Table:
    known = facts(ledger, until=as_of)
    begun = known.kind.isin(basis.activity)
    if "channel" in known.columns and system_channels:
        begun &= ~known.channel.isin(sorted(system_channels)).fill_null(False)
    active = known.filter(begun)
    if "account_id" in active.columns:
        named = active.account_id.cast("string").fill_null("")
        return active.select("customer_id", "day", account_id=named)
    return active.select("customer_id", "day")


def _with_links(wide: ir.Table, ledger: Ledger, *, as_of: date) -> ir.Table:
    if ledger.holdings is None:
        return wide.mutate(linked=ibis.literal(False))
    current = latest_holdings(ledger)
    live = current.opened_on.cast("date") <= as_of
    for column in ("closed_on", "matures_on"):
        if column in current.columns:
            ends = current[column].cast("date")
            live &= ends.isnull() | (ends > as_of)
    held = current.filter(live).select("customer_id", product=current.product_id.cast("string"))
    # One of two products tells whether any other than the account's own is held.
    per = held.group_by("customer_id").agg(
        low=held["product"].min(), high=held["product"].max()
    )
    both = wide.left_join(per, "customer_id").drop("customer_id_right")
    other = (both.low != both.product_id) | (both.high != both.product_id)
    return both.mutate(linked=other.fill_null(False))


def _term_day(silent_from: ir.IntegerValue, rule: InactivityRule) -> ir.IntegerValue:
    if rule.days:
        return silent_from + rule.days
    moved = _date(silent_from) + ibis.interval(months=rule.months)
    # Months differ in length: a term that ends on a day that is not there ends earlier.
    return moved.cast("date").epoch_days().cast("int64")


def _date(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date(EPOCH) + day.cast("int32").as_interval("D")).cast("date")

"""The engine's input contract: which tables and columns a ledger must have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput

# What a table must have; everything else is optional. One of two: `occurred_at` may be
# missing where `local_date` is given.
REQUIRED: Mapping[str, tuple[str, ...]] = {
    "transactions": ("customer_id", "amount"),
    "balances": ("customer_id", "on", "balance"),
    "holdings": ("customer_id", "holding_id", "product_id", "opened_on"),
    "events": ("customer_id", "occurred_at", "kind"),
    "touches": ("customer_id", "at", "channel"),
    "attributes": ("customer_id",),
    "days": ("customer_id", "day", "kind", "amount", "orders", "unnamed", "gap"),
}

EPOCH = date(1970, 1, 1)


class LedgerError(BadInput):
    """A table does not fit the ledger's contract."""


@dataclass(frozen=True)
class Ledger:
    """The tables the engine reads. Lazy: nothing is loaded until a result is asked for.

    Attributes
    ----------
    transactions
        `customer_id` (int64 or string; rows without one are left out), `occurred_at`
        (timestamp, UTC, naive), `local_date` (date in the company's time zone; taken from
        `occurred_at` if absent), `amount` (see `scale`; refunds negative, inflow, outflow
        and payroll positive). Optional: `kind` (see KINDS; if absent or null, what is below
        zero is a refund), `cost`, `quantity`, `unit_price`, `order_id`, `product_id`,
        `category`, `channel`, `branch`.
    balances
        `customer_id`, `on` (date), `balance`; optional `account_id`, `product_id`. A row
        states the end-of-day balance of an account from that day until its next row. At
        most one row per account and day.
    holdings
        `customer_id`, `holding_id`, `product_id`, `opened_on`; optional `matures_on`,
        `closed_on`, `amount`, `known_at`. Versions: the latest `known_at` wins.
    events
        `customer_id`, `occurred_at`, `kind`; optional `ref`, `value`.
    touches
        `customer_id`, `at` (timestamp), `channel`; optional `direction`, `cost`.
    attributes
        One row per customer.
    days
        The transactions summed up by `daily`, from one or several stored files. Where it is
        given, a valuation reads it in place of `transactions`.
    scale
        1 where amounts are in the reporting currency (float64 or decimal), 100 where they
        are whole cents (int64). Every result is in the reporting currency.
    """

    transactions: ir.Table
    balances: ir.Table | None = None
    holdings: ir.Table | None = None
    events: ir.Table | None = None
    touches: ir.Table | None = None
    attributes: ir.Table | None = None
    days: ir.Table | None = None
    scale: int = 1

    def __post_init__(self) -> None:
        for name, wanted in REQUIRED.items():
            table = getattr(self, name)
            if table is not None:
                _require(table, wanted, table=name)
        if "local_date" not in self.transactions.columns:
            _require(self.transactions, ("occurred_at",), table="transactions")
        if self.scale < 1:
            raise LedgerError(
                f"The scale is {self.scale}; give 1 for whole units or 100 for cents."
            )

    def between(self, first: int, last: int) -> Ledger:
        """Give the days and transactions of the customers with ids within [first, last]."""
        days, rows = self.days, self.transactions
        if days is not None:
            days = days.filter(days.customer_id.between(first, last))
        rows = rows.filter(rows.customer_id.between(first, last))
        return replace(self, days=days, transactions=rows)

    def of(self, customers: ir.Table) -> Ledger:
        """Give the transactions and days of some customers (a table with customer_id)."""
        few = customers.select("customer_id")
        key = _key(self.transactions.customer_id)
        rows = self.transactions.mutate(customer_id=key).semi_join(few, "customer_id")
        days = self.days.semi_join(few, "customer_id") if self.days is not None else None
        return Ledger(transactions=rows, days=days, scale=self.scale)


def money(value: ir.NumericValue, ledger: Ledger) -> ir.FloatingValue:
    """Turn an amount of the ledger, or a sum of amounts, into the reporting currency."""
    # Rounded, because a sum of doubles depends on the order of the threads in its last
    # digits, and equal customers must stay equal.
    return (value.cast("float64") / float(ledger.scale)).round(4)


def epoch_day(value: ir.DateValue) -> ir.IntegerValue:
    """Count days since 1970-01-01, because backends disagree on what dates subtract to."""
    return value.epoch_days().cast("int64")


def day_number(on: date) -> int:
    """Count days since 1970-01-01."""
    return (on - EPOCH).days


def local_date(transactions: ir.Table) -> ir.DateValue:
    """Give the date of a transaction in the company's time zone."""
    if "local_date" in transactions.columns:
        return transactions.local_date.cast("date")
    return transactions.occurred_at.cast("date")


def facts(ledger: Ledger, *, until: date) -> ir.Table:
    """Give the transactions up to and including `until`; later ones do not exist.

    Returns
    -------
    Table, one row per transaction (lazy)
        the ledger's columns; `customer_id`, `kind` and `amount` (float64, in the
        ledger's unit) never null; `day` : int64,
        days since 1970-01-01
    """
    table = ledger.transactions
    table = table.mutate(
        customer_id=_key(table.customer_id),
        day=epoch_day(local_date(table)),
        kind=_kind(table),
        # Doubles hold whole cents up to 90 trillion exactly and sum twice as fast as the
        # wide integers that a sum of int64 becomes.
        amount=table.amount.cast("float64").fill_null(0.0),
    )
    return table.filter(table.customer_id.notnull() & (table.day <= day_number(until)))


def known_balances(ledger: Ledger, *, until: date) -> ir.Table:
    """Give the balance rows up to `until` as customer_id, account, product_id, day, balance."""
    if ledger.balances is None:
        raise LedgerError("This ledger has no balances. Give Ledger(balances=...) a table.")
    table = ledger.balances
    account = _text(table, "account_id")
    product = _text(table, "product_id")
    known = table.select(
        customer_id=_key(table.customer_id),
        account=account + "\x1f" + product,
        product_id=product,
        day=epoch_day(table.on.cast("date")),
        balance=table.balance.fill_null(0),
    )
    return known.filter(known.customer_id.notnull() & (known.day <= day_number(until)))


def _text(table: ir.Table, column: str) -> ir.StringValue:
    if column in table.columns:
        return table[column].cast("string").fill_null("")
    return ibis.literal("")


def _key(customer_id: ir.Value) -> ir.Value:
    if customer_id.type().is_integer() or customer_id.type().is_floating():
        return customer_id.cast("int64")
    return customer_id.cast("string")


def _kind(table: ir.Table) -> ir.StringValue:
    if {"quantity", "unit_price"} <= set(table.columns):
        by_rule = _kind_of_line(table.quantity, table.unit_price)
    else:
        by_rule = ibis.ifelse(table.amount < 0, "refund", "purchase")
    if "kind" in table.columns:
        return ibis.coalesce(table.kind, by_rule)
    return by_rule


def _kind_of_line(quantity: ir.NumericValue, unit_price: ir.NumericValue) -> ir.StringValue:
    # A line at price 0 is a sample, a damage note or a correction of stock: it is neither
    # a purchase nor a refund. A negative price corrects the books, not the customer.
    return ibis.cases(
        (unit_price <= 0, "adjustment"),
        (quantity < 0, "refund"),
        (quantity > 0, "purchase"),
        else_="adjustment",
    )


def _require(given: ir.Table, wanted: tuple[str, ...], *, table: str) -> None:
    missing = [name for name in wanted if name not in given.columns]
    if missing:
        raise LedgerError(
            f"The {table} table lacks {', '.join(missing)}; it has "
            f"{', '.join(given.columns)}. Rename or map the columns first."
        )

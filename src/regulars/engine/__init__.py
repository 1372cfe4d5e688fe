"""The analytics engine: tables in, tables out.

One rule explains all of it: **a measure is a function from a ledger and a date to a table
with one row per customer.** Nothing here knows about web pages, users or jobs.

    from datetime import date
    from regulars import engine

    ledger = engine.read_csv("transactions.csv", customer_id="CustomerID",
                             occurred_at="InvoiceDate", amount="Amount")
    result = engine.valuate(ledger, as_of=date(2011, 12, 10))
    print(result.summary, result.customers.to_pandas().head())
"""

from __future__ import annotations

from regulars.engine.backends import Connection, connect
from regulars.engine.basis import BANK, RETAIL, Basis
from regulars.engine.ledger import KINDS, Ledger, LedgerError
from regulars.engine.measures.balances import BalancePoint, balance_line, balance_on
from regulars.engine.measures.concentration import Pareto, gini, pareto
from regulars.engine.measures.rfm import CELLS, TYPES, Thresholds
from regulars.engine.models import Fitted, NoFit
from regulars.engine.sources import open_ledger, read_csv, read_parquet
from regulars.engine.valuation import Valuation, valuate

__all__ = [
    "BANK",
    "CELLS",
    "KINDS",
    "RETAIL",
    "TYPES",
    "BalancePoint",
    "Basis",
    "Connection",
    "Fitted",
    "Ledger",
    "LedgerError",
    "NoFit",
    "Pareto",
    "Thresholds",
    "Valuation",
    "balance_line",
    "balance_on",
    "connect",
    "gini",
    "open_ledger",
    "pareto",
    "read_csv",
    "read_parquet",
    "valuate",
]

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

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from regulars.engine import tiers
    from regulars.engine.backends import Connection, connect
    from regulars.engine.basis import BANK, KINDS, RETAIL, Basis
    from regulars.engine.ledger import Ledger, LedgerError
    from regulars.engine.measures.balances import BalancePoint, balance_line, balance_on
    from regulars.engine.measures.cohorts import Cohort, cohorts
    from regulars.engine.measures.concentration import Pareto, gini, pareto
    from regulars.engine.measures.kpis import (
        Kpi,
        gross_retention,
        kpi_customers,
        kpis,
        net_retention,
    )
    from regulars.engine.measures.lifecycle import STAGES
    from regulars.engine.measures.reads import CustomerDay, customer_days
    from regulars.engine.measures.rfm import CELLS, TYPES, Thresholds
    from regulars.engine.models import Fitted, NoFit
    from regulars.engine.moves import Migration, migration
    from regulars.engine.sources import open_ledger, read_csv, read_parquet
    from regulars.engine.valuation import Valuation, valuate

__all__ = [
    "BANK",
    "CELLS",
    "KINDS",
    "RETAIL",
    "STAGES",
    "TYPES",
    "BalancePoint",
    "Basis",
    "Cohort",
    "Connection",
    "CustomerDay",
    "Fitted",
    "Kpi",
    "Ledger",
    "LedgerError",
    "Migration",
    "NoFit",
    "Pareto",
    "Thresholds",
    "Valuation",
    "balance_line",
    "balance_on",
    "cohorts",
    "connect",
    "customer_days",
    "gini",
    "gross_retention",
    "kpi_customers",
    "kpis",
    "migration",
    "net_retention",
    "open_ledger",
    "pareto",
    "read_csv",
    "read_parquet",
    "tiers",
    "valuate",
]

# Where each name lives. It is loaded when it is first asked for, because Ibis and what it
# brings take a second: a page that shows stored scores must not pay for the engine.
_HOMES = {
    "tiers": ("tiers",),
    "backends": (
        "Connection",
        "connect",
    ),
    "basis": (
        "BANK",
        "KINDS",
        "RETAIL",
        "Basis",
    ),
    "ledger": (
        "Ledger",
        "LedgerError",
    ),
    "measures.balances": (
        "BalancePoint",
        "balance_line",
        "balance_on",
    ),
    "measures.cohorts": (
        "Cohort",
        "cohorts",
    ),
    "measures.concentration": (
        "Pareto",
        "gini",
        "pareto",
    ),
    "measures.kpis": (
        "Kpi",
        "gross_retention",
        "kpi_customers",
        "kpis",
        "net_retention",
    ),
    "measures.lifecycle": ("STAGES",),
    "measures.reads": (
        "CustomerDay",
        "customer_days",
    ),
    "measures.rfm": (
        "CELLS",
        "TYPES",
        "Thresholds",
    ),
    "moves": (
        "Migration",
        "migration",
    ),
    "models": (
        "Fitted",
        "NoFit",
    ),
    "sources": (
        "open_ledger",
        "read_csv",
        "read_parquet",
    ),
    "valuation": (
        "Valuation",
        "valuate",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # modules and values alike
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    module = import_module(f"{__name__}.{_HOME[name]}")
    value = module if name == "tiers" else getattr(module, name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

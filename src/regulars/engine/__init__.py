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
    from regulars.engine import models, tiers, uplift
    from regulars.engine.backends import Connection, connect
    from regulars.engine.basis import BANK, KINDS, RETAIL, Basis
    from regulars.engine.churn import Churn, ChurnCard, Question, explain_churn, predict_churn
    from regulars.engine.evaluate.backtest import Quality
    from regulars.engine.evaluate.stability import Drift, drift, stability_index
    from regulars.engine.ledger import Ledger, LedgerError
    from regulars.engine.measures.averages import average_balances, composite_balances
    from regulars.engine.measures.balances import BalancePoint, balance_line, balance_on
    from regulars.engine.measures.cohorts import Cohort, cohorts
    from regulars.engine.measures.concentration import Pareto, gini, pareto
    from regulars.engine.measures.demographics import CrossTable, cross_table
    from regulars.engine.measures.dormancy import dormancy_ladder, initiated_days
    from regulars.engine.measures.kpis import (
        Kpi,
        gross_retention,
        kpi_customers,
        kpis,
        net_retention,
    )
    from regulars.engine.measures.lifecycle import STAGES
    from regulars.engine.measures.new_money import net_new_money
    from regulars.engine.measures.ownership import (
        categories_held,
        penetration,
        products_per_customer,
    )
    from regulars.engine.measures.reads import CustomerDay, customer_days
    from regulars.engine.measures.rfm import CELLS, TYPES, Thresholds
    from regulars.engine.measures.windows import windows
    from regulars.engine.models import Fitted, NoFit
    from regulars.engine.movements import (
        Changes,
        Movements,
        balance_movements,
        find_changes,
        purchase_movements,
    )
    from regulars.engine.moves import Migration, migration
    from regulars.engine.next_best.bundling import Bundle, bundles
    from regulars.engine.next_best.finding import NextProducts, next_products
    from regulars.engine.next_best.hiding import hidden_holding
    from regulars.engine.potential import (
        classify,
        find_potentials,
        service_need,
        share_of_wallet,
        standing_value,
        with_evidence,
    )
    from regulars.engine.ranking import Ranking, rank
    from regulars.engine.sources import open_ledger, read_csv, read_parquet
    from regulars.engine.valuation import Valuation, valuate
    from regulars.engine.value.keep import Kept, less_churn
    from regulars.engine.value.quarter import QuarterForecast, forecast_quarter, quarter_came
    from regulars.engine.value.referral import company_value, referral_value

__all__ = [
    "BANK",
    "CELLS",
    "KINDS",
    "RETAIL",
    "STAGES",
    "TYPES",
    "BalancePoint",
    "Basis",
    "Bundle",
    "Changes",
    "Churn",
    "ChurnCard",
    "Cohort",
    "Connection",
    "CrossTable",
    "CustomerDay",
    "Drift",
    "Fitted",
    "Kept",
    "Kpi",
    "Ledger",
    "LedgerError",
    "Migration",
    "Movements",
    "NextProducts",
    "NoFit",
    "Pareto",
    "Quality",
    "QuarterForecast",
    "Question",
    "Ranking",
    "Thresholds",
    "Valuation",
    "average_balances",
    "balance_line",
    "balance_movements",
    "balance_on",
    "bundles",
    "categories_held",
    "classify",
    "cohorts",
    "company_value",
    "composite_balances",
    "connect",
    "cross_table",
    "customer_days",
    "dormancy_ladder",
    "drift",
    "explain_churn",
    "find_changes",
    "find_potentials",
    "forecast_quarter",
    "gini",
    "gross_retention",
    "hidden_holding",
    "initiated_days",
    "kpi_customers",
    "kpis",
    "less_churn",
    "migration",
    "models",
    "net_new_money",
    "net_retention",
    "next_products",
    "open_ledger",
    "pareto",
    "penetration",
    "predict_churn",
    "products_per_customer",
    "purchase_movements",
    "quarter_came",
    "rank",
    "read_csv",
    "read_parquet",
    "referral_value",
    "service_need",
    "share_of_wallet",
    "stability_index",
    "standing_value",
    "tiers",
    "uplift",
    "valuate",
    "windows",
    "with_evidence",
]

# Where each name lives. It is loaded when it is first asked for, because Ibis and what it
# brings take a second: a page that shows stored scores must not pay for the engine.
_MODULES = ("models", "tiers", "uplift")
_HOMES = {
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
    "churn": (
        "Churn",
        "ChurnCard",
        "Question",
        "explain_churn",
        "predict_churn",
    ),
    "evaluate.backtest": ("Quality",),
    "evaluate.stability": (
        "Drift",
        "drift",
        "stability_index",
    ),
    "ledger": (
        "Ledger",
        "LedgerError",
    ),
    "measures.averages": (
        "average_balances",
        "composite_balances",
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
    "measures.demographics": (
        "CrossTable",
        "cross_table",
    ),
    "measures.dormancy": (
        "dormancy_ladder",
        "initiated_days",
    ),
    "measures.kpis": (
        "Kpi",
        "gross_retention",
        "kpi_customers",
        "kpis",
        "net_retention",
    ),
    "measures.lifecycle": ("STAGES",),
    "measures.new_money": ("net_new_money",),
    "measures.ownership": (
        "categories_held",
        "penetration",
        "products_per_customer",
    ),
    "measures.reads": (
        "CustomerDay",
        "customer_days",
    ),
    "measures.rfm": (
        "CELLS",
        "TYPES",
        "Thresholds",
    ),
    "measures.windows": ("windows",),
    "models": (
        "Fitted",
        "NoFit",
    ),
    "movements": (
        "Changes",
        "Movements",
        "balance_movements",
        "find_changes",
        "purchase_movements",
    ),
    "moves": (
        "Migration",
        "migration",
    ),
    "next_best.bundling": (
        "Bundle",
        "bundles",
    ),
    "next_best.finding": (
        "NextProducts",
        "next_products",
    ),
    "next_best.hiding": ("hidden_holding",),
    "potential": (
        "classify",
        "find_potentials",
        "service_need",
        "share_of_wallet",
        "standing_value",
        "with_evidence",
    ),
    "ranking": (
        "Ranking",
        "rank",
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
    "value.keep": (
        "Kept",
        "less_churn",
    ),
    "value.quarter": (
        "QuarterForecast",
        "forecast_quarter",
        "quarter_came",
    ),
    "value.referral": (
        "company_value",
        "referral_value",
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> Any:  # modules and values alike
    if name in _MODULES:
        return import_module(f"{__name__}.{name}")
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)

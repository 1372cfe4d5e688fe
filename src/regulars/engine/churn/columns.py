"""Which columns a forecast of churn looks at, and the facts a person sees in them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

import ibis.expr.types as ir

from regulars.engine.backends import Workbench
from regulars.engine.basis import Basis
from regulars.engine.churn.outcomes import contracts_known
from regulars.engine.churn.question import Question
from regulars.engine.learning import Fact, Model
from regulars.engine.learning.reasons import facts_of
from regulars.engine.ledger import Ledger, day_number, epoch_day
from regulars.engine.measures.windows import DAY, Look, joined, windows, windows_on

# What the models of purchases say, and what is made of two columns.
MADE = ("silence_odds", "expected_odds", "tenure_seen", "days_before_90", "spend_before_90")
COMPLAINT_WINDOWS = (90, 365)

# Code, the columns that are added up, the one that is shown, and the customer's own to
# compare it with. What a ledger does not have, or not for long enough, is left out.
_FACTS = (
    (
        "silence",
        ("days_since_last", "gap_ratio", "median_gap_ratio", "silence_odds", "expected_odds"),
        "days_since_last",
        "median_gap",
    ),
    (
        "frequency",
        (
            *("days_active_30", "days_active_90", "days_active_180", "days_active_365"),
            *("mean_gap", "median_gap"),
        ),
        "days_active_90",
        None,
    ),
    (
        "frequency_change",
        ("days_active_change_30", "days_active_change_90", "days_active_change_180"),
        "days_active_90",
        "days_before_90",
    ),
    (
        "spend",
        ("spend_90", "spend_180", "spend_365", "mean_basket", "last_basket"),
        "spend_90",
        None,
    ),
    (
        "spend_change",
        ("spend_change_30", "spend_change_90", "spend_change_180"),
        "spend_90",
        "spend_before_90",
    ),
    ("refunds", ("refunds_90", "refunds_365"), "refunds_90", None),
    ("tenure", ("tenure_seen",), "tenure_days", None),
    ("variety", ("products_180", "products_365", "categories_180"), "products_180", None),
    ("channels", ("channels_180",), "channels_180", None),
    ("assets", ("aum", "aum_mean_90", "aum_mean_365"), "aum", None),
    (
        "assets_change",
        ("aum_change_30", "aum_change_90", "aum_change_365", "aum_volatility_365"),
        "aum",
        "aum_mean_90",
    ),
    ("products", ("products_held", "holdings", "opened_90"), "products_held", None),
    ("maturity", ("matured_90",), "matured_90", None),
    ("contract_end", ("days_to_end",), "days_to_end", None),
    (
        "contract_history",
        ("contract_days", "contracts_open", "contracts_ended"),
        "contract_days",
        None,
    ),
    ("complaints", ("complaints_90", "complaints_365"), "complaints_90", None),
    ("events", ("events_30", "events_90", "events_365"), "events_90", None),
    ("touches", ("touches_30", "touches_90", "touches_365"), "touches_90", None),
)
FACTS = tuple(Fact(*each) for each in _FACTS)
_CHANGES = ("_change_",)


def known_of(
    ledger: Ledger,
    question: Question,
    *,
    on: date,
    basis: Basis,
    customers: ir.Table | None = None,
) -> ir.Table:
    """Describe every customer as of a date: windows, contracts and complaints.

    Returns
    -------
    Table, one row per customer (lazy)
        the columns of `measures.windows.windows`; for contracts those of
        `outcomes.contracts_known`; with events complaints_90 and complaints_365 : int64
    """
    wide = windows(ledger, as_of=on, basis=basis, customers=customers)
    wide = _contracted(wide, ledger, question, on)
    if ledger.events is not None:
        wide = _counted(wide, ledger.events, question, Look.at(on))
    return wide


def known_on(
    ledger: Ledger, question: Question, dates: Sequence[date], bench: Workbench, *, basis: Basis
) -> dict[date, ir.Table]:
    """Describe every customer as of several dates: by date, what `known_of` says of it."""
    own, look = Workbench(bench.connection), Look.at_each(dates)
    try:
        wide = windows_on(ledger, dates, own, basis=basis)
        if ledger.events is not None:
            wide = _counted(wide, ledger.events, question, look)
        wide = bench.keep(wide)
    finally:
        own.clear()
    return {on: _of(wide, ledger, question, on) for on in dates}


def _of(wide: ir.Table, ledger: Ledger, question: Question, on: date) -> ir.Table:
    known = wide.filter(wide[DAY] == day_number(on)).drop(DAY)
    return _contracted(known, ledger, question, on)


def _contracted(wide: ir.Table, ledger: Ledger, question: Question, on: date) -> ir.Table:
    if question.outcome != "contract":
        return wide
    counted = contracts_known(ledger, question, on=on)
    return wide.left_join(counted, "customer_id").drop("customer_id_right")


def _counted(wide: ir.Table, events: ir.Table, question: Question, look: Look) -> ir.Table:
    wide = joined(wide, _complaints(events, question, look), look.keys)
    names = [f"complaints_{length}" for length in COMPLAINT_WINDOWS]
    return wide.mutate(**{name: wide[name].fill_null(0) for name in names})


def _complaints(events: ir.Table, question: Question, look: Look) -> ir.Table:
    rows = events.filter(events.kind.isin(question.complaints))
    key = rows.customer_id
    rows = rows.select(
        customer_id=key.cast("int64") if key.type().is_integer() else key.cast("string"),
        day=epoch_day(rows.occurred_at.cast("date")),
    )
    rows = look.seen(rows)
    today = look.day_of(rows)
    return rows.group_by(*look.keys).agg(
        **{
            f"complaints_{length}": (rows.day > today - length).sum()
            for length in COMPLAINT_WINDOWS
        }
    )


def learned(available: list[str], *, history_days: int) -> list[str]:
    """Choose the columns to learn from.

    A window must have been full on the first day learned from: a year that began five
    months before the first fact means something else than the same year later on.
    """
    wanted = [name for fact in FACTS for name in fact.features]
    present = {*available, *MADE} - {"silence_odds", "expected_odds"}
    return [name for name in wanted if name in present and _reach(name) <= history_days]


# What says who is asked about, see `outcomes.at_risk`, and what `MADE` is made of.
_ALWAYS = (
    *("customer_id", "purchase_days", "tenure_days", "days_since_last", "median_gap"),
    *("aum", "aum_mean_90", "holdings", "contracts_open"),
)
_SOURCES = {
    "days_before_90": ("days_active_90", "days_active_180"),
    "spend_before_90": ("spend_90", "spend_180"),
}


def needed(model: Model | None, available: Sequence[str]) -> list[str]:
    """List the columns it takes to score and explain; the engine computes no others."""
    wanted = set(_ALWAYS)
    facts = facts_of(model) if model is not None else ()
    for fact in facts:
        for name in (*fact.features, fact.value, fact.usual):
            wanted.update(_SOURCES.get(name, (name,)) if name is not None else ())
    return [name for name in available if name in wanted]


def shown() -> list[str]:
    """List the columns that facts show beside those that are learned from."""
    own = [fact.usual for fact in FACTS if fact.usual is not None]
    return [*(fact.value for fact in FACTS), *own]


def _reach(name: str) -> int:
    length = name.rsplit("_", 1)[-1]
    if not length.isdigit():
        return 0
    back = any(each in name for each in _CHANGES) and not name.startswith("aum")
    return int(length) * (2 if back else 1)

"""Who is asked about on a date, and what became of them by the end of the horizon."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from regulars.engine.backends import first_row
from regulars.engine.basis import Basis
from regulars.engine.churn.question import Question
from regulars.engine.ledger import Ledger, day_number, epoch_day, facts
from regulars.engine.measures.balances import balance_on, latest_holdings, products_held
from regulars.engine.measures.lifecycle import LOST, usual_gap

NEVER = 10**6  # days; beyond every date


def population(ledger: Ledger, basis: Basis) -> ir.Table:
    """List the customers that `windows` would describe: active ever, or with balances."""
    rows = facts(ledger, until=date.max)
    ids = rows.filter(rows.kind.isin(basis.activity)).select("customer_id").distinct()
    if ledger.balances is None:
        return ids
    held = ledger.balances.filter(ledger.balances.customer_id.notnull())
    held = held.select(customer_id=held.customer_id.cast(ids.customer_id.type()))
    return ids.union(held.distinct(), distinct=True)


def at_risk(known: ir.Table, question: Question, basis: Basis) -> ir.Table:
    """Leave those customers whose leaving is in question.

    Parameters
    ----------
    known
        From `columns.known_of`, as of the date of the forecast.
    """
    if question.outcome == "assets":
        return known.filter(known.aum_mean_90 > basis.resting_balance)
    if question.outcome == "closed":
        held = known.holdings > 0 if "holdings" in known.columns else False
        return known.filter((known.aum > basis.resting_balance) | held)
    if question.outcome == "contract":
        return known.filter(known.contracts_open > 0)
    active = known.filter(known.days_since_last.notnull())
    return active.filter(~_lost(active, basis)) if question.among == "not_lost" else active


def _lost(known: ir.Table, basis: Basis) -> ir.BooleanValue:
    own = ibis.coalesce(known.median_gap, usual_gap(known, basis))
    rhythm = ibis.greatest(own, float(basis.shortest_rhythm))
    old = known.tenure_days >= basis.new_days
    return old & (known.days_since_last > LOST * rhythm)


def with_outcome(
    ledger: Ledger, known: ir.Table, question: Question, *, on: date, basis: Basis
) -> ir.Table:
    """Add `happened` (int64, 0 or 1): whether a customer known on `on` left.

    The ledger must reach `question.span_days` beyond `on`.
    """
    end = on + timedelta(days=question.horizon_days)
    if question.outcome == "silence":
        stayed = _active(ledger, basis, after=on, until=end)
        wide = _left(known, stayed.mutate(stays=True))
        return wide.mutate(happened=wide.stays.isnull().cast("int64")).drop("stays")
    if question.outcome == "contract":
        lapsed = _lapsed(ledger, question, after=on, until=end).mutate(lapses=True)
        wide = _left(known, lapsed)
        return wide.mutate(happened=wide.lapses.notnull().cast("int64")).drop("lapses")
    return _by_assets(ledger, known, question, end, basis)


def _active(ledger: Ledger, basis: Basis, *, after: date, until: date) -> ir.Table:
    rows = facts(ledger, until=until)
    rows = rows.filter((rows.day > day_number(after)) & rows.kind.isin(basis.activity))
    return rows.select("customer_id").distinct()


def _by_assets(
    ledger: Ledger, known: ir.Table, question: Question, end: date, basis: Basis
) -> ir.Table:
    later = balance_on(ledger, [end], basis=basis).select("customer_id", aum_end="aum")
    wide = _left(known, later)
    left = wide.aum_end.fill_null(0.0)
    if question.outcome == "assets":
        fell = left <= (1.0 - question.fall) * wide.aum_mean_90
        return wide.mutate(happened=fell.cast("int64")).drop("aum_end")
    gone = left <= basis.resting_balance
    held = products_held(ledger, as_of=end)
    if held is None:
        return wide.mutate(happened=gone.cast("int64")).drop("aum_end")
    wide = wide.mutate(gone=gone)
    wide = _left(wide, held.rename(held_end="products_held"))
    gone = wide.gone & (wide.held_end.fill_null(0) == 0)
    return wide.mutate(happened=gone.cast("int64")).drop("aum_end", "gone", "held_end")


def contract_spans(ledger: Ledger, question: Question) -> ir.Table:
    """Give every contract as half-open days: customer_id, start, due, stop.

    `due` is the agreed end, `stop` the end as it came; both null where there is none.
    """
    table = latest_holdings(ledger)
    if question.contracts is not None:
        table = table.filter(table.product_id.isin(question.contracts))
    ends = {
        name: epoch_day(table[name].cast("date")) if name in table.columns else None
        for name in ("matures_on", "closed_on")
    }
    due, closed = (each if each is not None else ibis.null("int64") for each in ends.values())
    key = table.customer_id
    return table.select(
        customer_id=key.cast("int64") if key.type().is_integer() else key.cast("string"),
        start=epoch_day(table.opened_on.cast("date")),
        due=due,
        stop=ibis.least(ibis.coalesce(closed, due), ibis.coalesce(due, closed)),
    )


def _lapsed(ledger: Ledger, question: Question, *, after: date, until: date) -> ir.Table:
    spans = contract_spans(ledger, question)
    spans = spans.mutate(stop=spans.stop.fill_null(NEVER))
    first, last = day_number(after), day_number(until)
    ended = spans.filter((spans.stop > first) & (spans.stop <= last))
    later = spans.view()
    kept = ended.anti_join(
        later,
        [
            ended.customer_id == later.customer_id,
            later.stop > ended.stop,
            later.start <= ended.stop + question.grace_days,
        ],
    )
    return kept.select("customer_id").distinct()


def contracts_known(ledger: Ledger, question: Question, *, on: date) -> ir.Table:
    """Count each customer's contracts as of a date.

    Returns
    -------
    Table, one row per customer with a contract by then (lazy)
        customer_id; contracts_open, contracts_ended : int64; days_to_end : int64, until the
        last agreed end of an open one, null where none is agreed; contract_days : int64,
        since the first contract began
    """
    today = day_number(on)
    spans = contract_spans(ledger, question)
    spans = spans.filter(spans.start <= today)
    # A closing after the date is not known on it; an agreed end is.
    stop = ibis.ifelse(spans.stop <= today, spans.stop, spans.due).fill_null(NEVER)
    spans = spans.mutate(open=stop > today)
    return spans.group_by("customer_id").agg(
        contracts_open=spans.open.sum(),
        contracts_ended=(~spans.open).sum(),
        days_to_end=spans.due.max(where=spans.open) - today,
        contract_days=today - spans.start.min(),
    )


def first_day(ledger: Ledger, question: Question, basis: Basis) -> int | None:
    """Give the first day of the facts that the question rests on, since 1970-01-01."""
    if question.outcome == "contract":
        spans = contract_spans(ledger, question)
        return _least(spans, spans.start)
    if question.outcome in ("assets", "closed") and ledger.balances is not None:
        return _least(ledger.balances, epoch_day(ledger.balances.on.cast("date")))
    known = facts(ledger, until=date.max)
    known = known.filter(known.kind.isin(basis.activity))
    return _least(known, known.day)


def _least(table: ir.Table, day: ir.IntegerValue) -> int | None:
    found = first_row(table.agg(first=day.min()))["first"]
    return int(found) if found is not None else None


def _left(wide: ir.Table, more: ir.Table) -> ir.Table:
    return wide.left_join(more, "customer_id").drop("customer_id_right")

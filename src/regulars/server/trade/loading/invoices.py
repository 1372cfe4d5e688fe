"""Invoices and their payments of a whole file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from regulars.server.core.audit import Actor
from regulars.server.trade.loading.bringing import Brought, Kind, Unfit, bring, own_currency
from regulars.server.trade.loading.deals import OF_OURS


@dataclass(frozen=True)
class InvoiceRow:
    """One invoice and what was paid of it; a day of payment alone means all of it."""

    number: str
    invoice: str
    issued_on: date
    due_on: date
    amount: Decimal
    paid: Decimal | None = None
    paid_on: date | None = None
    currency: str = ""
    rate: Decimal | None = None


def bring_invoices(
    rows: Iterable[InvoiceRow], *, origin: str, by: Actor, at: datetime
) -> Brought:
    """Write invoices under the terms that held on their day; payments only ever grow.

    An older file does not take back a payment that was noted since.

    :raises Unfit: an amount of nothing, more paid than billed, a day due before the bill.
    """
    own = own_currency()
    return bring(INVOICES, (_fit(row, own) for row in rows), origin=origin, by=by, at=at)


def _fit(row: InvoiceRow, own: str) -> InvoiceRow:
    paid = row.paid if row.paid is not None or row.paid_on is None else row.amount
    day = row.paid_on if paid else None
    if row.amount <= 0 or row.due_on < row.issued_on:
        raise Unfit(
            f"Invoice {row.invoice!r} of {row.number!r} over {row.amount} of {row.issued_on} "
            f"is due on {row.due_on}. Mend amount or dates; credit notes are no invoices."
        )
    if paid is not None and (not 0 <= paid <= row.amount or (paid and day is None)):
        raise Unfit(
            f"Of invoice {row.invoice!r} over {row.amount}, {paid} was paid on {day}. "
            "Mend the sum, or say the day."
        )
    home = row.currency in ("", own)
    if paid == row.paid and day == row.paid_on and not (home and (row.currency or row.rate)):
        return row
    currency, rate = ("", None) if home else (row.currency, row.rate)
    return replace(row, paid=paid, paid_on=day, currency=currency, rate=rate)


INVOICES = Kind(
    name="invoices",
    columns=[
        *(("number", "text"), ("invoice", "text"), ("issued_on", "date"), ("due_on", "date")),
        *(("amount", "numeric(18,2)"), ("paid", "numeric(18,2)"), ("paid_on", "date")),
        *(("currency", "text"), ("rate", "numeric")),
    ],
    sorting=f"""
create temp table sorted_arriving on commit drop as
select a.*, c.id as customer_id, t.id as terms_id, t.quote_id
from (select distinct on (number, invoice) * from arriving where invoice <> ''
      order by number, invoice, n desc) a
{OF_OURS}
left join lateral (select id, quote_id from trade_terms t where t.customer_id = c.id
    and t.starts_on <= a.issued_on and (t.ends_on is null or t.ends_on >= a.issued_on)
    order by t.starts_on desc limit 1) t on true
""",
    writing="""
written as (
insert into trade_invoice as i (customer_id, number, issued_on, due_on, amount, currency, rate,
  paid, paid_on, terms_id, quote_id, source, noted_at)
select customer_id, invoice, issued_on, due_on, amount, currency, rate, coalesce(paid, 0),
  paid_on, terms_id, quote_id, %(origin)s, %(at)s
from sorted_arriving where customer_id is not null order by n
on conflict (customer_id, number) do update set
  due_on = excluded.due_on, amount = greatest(excluded.amount, i.paid),
  rate = case when i.currency = '' then null else coalesce(excluded.rate, i.rate) end,
  paid = greatest(i.paid, least(excluded.paid, greatest(excluded.amount, i.paid))),
  paid_on = case when excluded.paid > i.paid then excluded.paid_on else i.paid_on end,
  source = excluded.source
where excluded.paid > i.paid or excluded.due_on <> i.due_on or excluded.amount <> i.amount
returning xmax = 0 as new)
""",
)

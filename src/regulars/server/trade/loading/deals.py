"""Quotes and terms of a whole file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from regulars.server.core.audit import Actor
from regulars.server.trade.loading.bringing import (
    Brought,
    Kind,
    Unfit,
    bring,
    own_currency,
)


@dataclass(frozen=True)
class QuoteRow:
    """One quote by its total; a currency is left empty where it is the company's."""

    number: str
    quote: str
    made_on: date
    total: Decimal
    valid_until: date | None = None
    currency: str = ""
    rate: Decimal | None = None
    state: str = "sent"
    reason: str = ""


@dataclass(frozen=True)
class TermsRow:
    """What was agreed from a day on; `quote` is the number of the quote it came from."""

    number: str
    starts_on: date
    ends_on: date | None = None
    discount: Decimal | None = None
    price_list: str = ""
    credit_limit: Decimal | None = None
    currency: str = ""
    payment_days: int | None = None
    delivery: str = ""
    note: str = ""
    quote: str = ""


def bring_quotes(rows: Iterable[QuoteRow], *, origin: str, by: Actor, at: datetime) -> Brought:
    """Write quotes; one that is on file takes the file's state and dates.

    :raises Unfit: a quote that ends before it was made, or was refused without a reason.
    """
    own = own_currency()
    fit = (_fit_quote(row, own) for row in rows)
    return bring(QUOTES, fit, origin=origin, by=by, at=at)


def bring_terms(rows: Iterable[TermsRow], *, origin: str, by: Actor, at: datetime) -> Brought:
    """Write terms; those of one organisation follow each other by their first day.

    :raises Unfit: terms that end before they begin, or say nothing.
    """
    own = own_currency()
    return bring(TERMS, (_fit_terms(row, own) for row in rows), origin=origin, by=by, at=at)


def _fit_quote(row: QuoteRow, own: str) -> QuoteRow:
    if row.valid_until is not None and row.valid_until < row.made_on:
        raise Unfit(
            f"Quote {row.quote!r} of {row.number!r} was made on {row.made_on} and valid until "
            f"{row.valid_until}. Mend the dates."
        )
    if row.state == "refused" and not row.reason:
        raise Unfit(f"Quote {row.quote!r} of {row.number!r} was refused. Say the reason.")
    return replace(row, currency="", rate=None) if row.currency in ("", own) else row


def _fit_terms(row: TermsRow, own: str) -> TermsRow:
    if row.ends_on is not None and row.ends_on < row.starts_on:
        raise Unfit(
            f"Terms of {row.number!r} run from {row.starts_on} to {row.ends_on}. Mend the days."
        )
    said = (row.discount, row.credit_limit, row.payment_days)
    if not (row.price_list or row.delivery or any(value is not None for value in said)):
        raise Unfit(f"Terms of {row.number!r} from {row.starts_on} say nothing. Fill a column.")
    return replace(row, currency="") if row.currency == own else row


OF_OURS = """left join customers_customer c on c.number = a.number and c.kind = 'organization'
  and c.state not in ('merged', 'erased')"""
QUOTES = Kind(
    name="quotes",
    columns=[
        *(("number", "text"), ("quote", "text"), ("made_on", "date"), ("total", "numeric")),
        *(("valid_until", "date"), ("currency", "text"), ("rate", "numeric")),
        *(("state", "text"), ("reason", "text")),
    ],
    sorting=f"""
create temp table sorted_arriving on commit drop as
select a.*, c.id as customer_id
from (select distinct on (number, quote) * from arriving where quote <> ''
      order by number, quote, n desc) a
{OF_OURS}
""",
    # A quote with lines keeps its total: it is their sum. A yes or no by hand stands.
    writing="""
written as (
insert into trade_quote as q (customer_id, number, made_on, valid_until, total, currency, rate,
                              state, reason, source, noted_at)
select customer_id, quote, made_on, valid_until, round(total, 2), currency, rate, state, reason,
  %(origin)s, %(at)s
from sorted_arriving where customer_id is not null order by n
on conflict (customer_id, number) do update set
  valid_until = coalesce(excluded.valid_until, q.valid_until),
  total = case when exists (select 1 from trade_quoteline l where l.quote_id = q.id)
    then q.total else excluded.total end,
  state = excluded.state, reason = excluded.reason, source = excluded.source
where q.answered_at is null
  and (excluded.state, excluded.reason, coalesce(excluded.valid_until, q.valid_until))
      is distinct from (q.state, q.reason, q.valid_until)
returning xmax = 0 as new)
""",
)
FREE = ("price_list", "currency", "delivery", "note")
MEASURED = ("discount", "credit_limit", "payment_days")
TAKEN = ", ".join(
    [
        *(f"{n} = coalesce(nullif(s.{n}, ''), t.{n})" for n in FREE),
        *(f"{n} = coalesce(s.{n}, t.{n})" for n in (*MEASURED, "ends_on", "quote_id")),
    ]
)
SAME = " and ".join(
    [
        *(f"(s.{n} = '' or s.{n} = t.{n})" for n in FREE),
        *(f"(s.{n} is null or s.{n} = t.{n})" for n in (*MEASURED, "quote_id")),
        # An end that newer terms cut short stays cut.
        "(s.ends_on is null or s.ends_on = t.ends_on "
        "or (t.replaced_by_id is not null and s.ends_on > t.ends_on))",
    ]
)
TERMS = Kind(
    name="terms",
    columns=[
        *(("number", "text"), ("starts_on", "date"), ("ends_on", "date")),
        *(("discount", "numeric(5,2)"), ("price_list", "text")),
        *(("credit_limit", "numeric(18,2)"), ("currency", "text")),
        *(("payment_days", "smallint"), ("delivery", "text"), ("note", "text")),
        ("quote", "text"),
    ],
    sorting=f"""
create temp table sorted_arriving on commit drop as
select a.*, c.id as customer_id, q.id as quote_id
from (select distinct on (number, starts_on) * from arriving
      order by number, starts_on, n desc) a
{OF_OURS}
left join trade_quote q on q.customer_id = c.id and q.number = a.quote and a.quote <> ''
""",
    writing=f"""
changed as (
  update trade_terms t set {TAKEN}, source = %(origin)s
  from sorted_arriving s where t.customer_id = s.customer_id and t.starts_on = s.starts_on
    and not ({SAME}) returning false as new
), made as (
  insert into trade_terms (customer_id, quote_id, {", ".join((*FREE, *MEASURED))}, starts_on,
    ends_on, source, noted_at)
  select customer_id, quote_id, {", ".join((*FREE, *MEASURED))}, starts_on, ends_on,
    %(origin)s, %(at)s
  from sorted_arriving s where customer_id is not null and not exists (
    select 1 from trade_terms t where t.customer_id = s.customer_id
      and t.starts_on = s.starts_on) order by n returning true as new
), written as (select new from changed union all select new from made)
""",
    after="""
update trade_terms t set replaced_by_id = f.next_id, ends_on = least(t.ends_on, f.next_on - 1)
from (select id, lead(id) over w as next_id, lead(starts_on) over w as next_on from trade_terms
      where customer_id in (select customer_id from sorted_arriving)
      window w as (partition by customer_id order by starts_on)) f
where f.id = t.id and f.next_id is not null
  and (t.replaced_by_id is distinct from f.next_id or t.ends_on is null
       or t.ends_on >= f.next_on)
""",
)

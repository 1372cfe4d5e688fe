"""What members did, out of the lake: rows of account, source, order, amount, points and day.

One statement per rule, over everybody at once. Whose a pseudonym is, and from when on they
collect, comes as a table of this thread's DuckDB: see `hold`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pyarrow as pa

from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.loyalty.models import EarningRule

MEMBERS = "loyalty_members"
NAMES = ("account", "source", "ref", "amount", "points", "day")
ORDERS = "loyalty_orders"
PURCHASE = "purchase"
ABOUT_PURCHASES = frozenset({EarningRule.Kind.AMOUNT, EarningRule.Kind.PRODUCT})
LONGEST = 80  # letters of an order that a lot keeps


@dataclass(frozen=True)
class Span:
    """Which facts are asked for: those known since, and of the days in `[first, stop)`."""

    since: datetime | None
    first: date
    stop: date

    def within(self, rule: EarningRule) -> tuple[date, date]:
        """The days on which the rule held, too."""
        first = max(self.first, rule.valid_from)
        return first, min(self.stop, rule.valid_until or self.stop)

    @property
    def known(self) -> str:
        if self.since is None:
            return "true"
        plain = self.since.astimezone(UTC).replace(tzinfo=None)
        return f"known_at >= timestamp '{plain.isoformat(sep=' ')}'"


def hold(members: Iterable[Sequence[Any]]) -> int:
    """Take up who collects: rows of pseudonym, account and day of joining; return how many."""
    columns = list(zip(*members, strict=True)) or [(), (), ()]
    types = (pa.int64(), pa.int64(), pa.date32())
    arrays = [pa.array(c, t) for c, t in zip(columns, types, strict=True)]
    table = pa.table(arrays, ["fact_key", "account", "joined_on"])
    lake.hold(MEMBERS, table)
    return int(table.num_rows)


def earned(rule: EarningRule, span: Span, *, scale: int, zone: str) -> list[tuple[Any, ...]]:
    """What a rule gives for what happened."""
    first, stop = span.within(rule)
    if first >= stop:
        return []
    ways = {
        "amount": _amounts,
        "product": _products,
        "event": _events,
        "deals": _deals,
        "balance": _balances,
    }
    return lake.rows(ways[rule.kind](rule, span, first, stop, scale, zone))


def hold_orders(orders: Iterable[tuple[int, str]]) -> None:
    """Take up orders, pairs of account and order, whose refunds are asked for, too."""
    columns = list(zip(*orders, strict=True)) or [(), ()]
    arrays = [pa.array(columns[0], pa.int64()), pa.array(columns[1], pa.string())]
    lake.hold(ORDERS, pa.table(arrays, ["account", "ref"]))


def refunded(rule: EarningRule, span: Span) -> list[tuple[Any, ...]]:
    """What was refunded in all of orders that a rule may be about: account, order, amount.

    Orders of which a refund is new, and those of `hold_orders`: a refund may come before
    its purchase.
    """
    if rule.kind not in ABOUT_PURCHASES:
        return []
    return lake.rows(
        f"""
        with back as (
            select m.account, left(t.order_id, {LONGEST}) as ref,
                   (-sum(t.amount))::bigint as amount, bool_or({span.known}) as is_new
            from {_transactions()} t join {MEMBERS} m on m.fact_key = t.fact_key
            where {_refund(rule, span)} and coalesce(t.order_id, '') <> ''
            group by 1, 2
        )
        select account, ref, amount from back
        where is_new or (account, ref) in (select (account, ref) from {ORDERS})
        order by 1, 2"""
    )


def refunds(rule: EarningRule, span: Span) -> list[tuple[Any, ...]]:
    """New refunds that name no order: account, source, no order, amount, no points, day."""
    if rule.kind not in ABOUT_PURCHASES:
        return []
    return lake.rows(
        f"""
        select m.account, 'r:' || t.row_key, '', (-t.amount)::bigint, 0, t.local_date
        from {_transactions()} t join {MEMBERS} m on m.fact_key = t.fact_key
        where {_refund(rule, span)} and coalesce(t.order_id, '') = '' and {span.known}
        order by 1, t.occurred_at, 2"""
    )


def gone(sources: Sequence[tuple[int, str]]) -> list[int]:
    """Which lots were earned by facts that are not there any more: pairs of lot and source."""
    if not sources:
        return []
    lots, names = zip(*sources, strict=True)
    lake.hold("loyalty_sources", pa.table([pa.array(lots), pa.array(names)], ["lot", "source"]))
    kinds = (("t", "transactions", "row_key"), ("e", "events", "row_key"))
    there = " union all ".join(
        f"select '{letter}:' || {name} as source from {lake.source(facts.living(kind), kind)}"
        for letter, kind, name in kinds
    )
    found = lake.rows(
        "select lot from loyalty_sources where source[1:2] in ('t:', 'e:') "
        f"and source not in (select source from ({there}) where source is not null) order by 1"
    )
    return [int(lot) for (lot,) in found]


def _amounts(
    rule: EarningRule, span: Span, first: date, stop: date, scale: int, zone: str
) -> str:
    most = int(rule.about.get("most") or 0)
    points = f"t.amount * {rule.points} // {(rule.per or 1) * scale}"
    limited = f"least({points}, {most})" if most else points
    return f"""
        select m.account, 't:' || t.row_key, coalesce(t.order_id, ''), t.amount,
               ({limited})::bigint, t.local_date
        from {_transactions()} t join {MEMBERS} m on m.fact_key = t.fact_key
        where {span.known} and {_bought(rule, first, stop)} and {points} >= 1
        order by 1, t.local_date, 2"""


def _products(
    rule: EarningRule, span: Span, first: date, stop: date, scale: int, zone: str
) -> str:
    """So many points for each purchase of the product, and for each holding of it opened."""
    holdings = lake.source(facts.living("holdings"), "holdings")
    wanted = _listed(rule.about.get("products") or [])
    return f"""
        select m.account, 't:' || t.row_key, coalesce(t.order_id, ''), t.amount,
               {rule.points}::bigint, t.local_date as day
        from {_transactions()} t join {MEMBERS} m on m.fact_key = t.fact_key
        where {span.known} and {_bought(rule, first, stop)}
        union all
        select m.account, 'h:' || h.holding_id, '', any_value(h.amount), {rule.points}::bigint,
               min(h.opened_on) as day
        from {holdings} h join {MEMBERS} m on m.fact_key = h.fact_key
        where h.product_id in ({wanted}) and h.opened_on >= date '{first}'
          and h.opened_on < date '{stop}' and h.opened_on >= m.joined_on
        group by m.account, h.holding_id
        order by 1, day, 2"""


def _events(
    rule: EarningRule, span: Span, first: date, stop: date, scale: int, zone: str
) -> str:
    table = lake.source(facts.living("events"), "events")
    day = f"((e.occurred_at at time zone 'UTC') at time zone {lake.quote(zone)})::date"
    wanted = lake.quote(str(rule.about.get("event") or ""))
    most = int(rule.about.get("most") or 0)
    limit = (
        f"qualify row_number() over (partition by m.account, date_trunc('month', {day}) "
        f"order by e.occurred_at, e.row_key) <= {most}"
        if most
        else ""
    )
    # A limit per month counts all of the month's events, whenever they became known.
    known = "true" if most else span.known
    return f"""
        select m.account, 'e:' || e.row_key, coalesce(e.ref, ''), null, {rule.points}::bigint,
               {day} as day
        from {table} e join {MEMBERS} m on m.fact_key = e.fact_key
        where e.kind = {wanted} and {known} and {day} >= date '{first}'
          and {day} < date '{stop}' and {day} >= m.joined_on {limit}
        order by 1, day, 2"""


def _deals(
    rule: EarningRule, span: Span, first: date, stop: date, scale: int, zone: str
) -> str:
    """Once in each span of some months, on the day of the deal that makes the number full.

    Always all spans: of what was refunded wholly since, nothing is a deal any more. A span
    is so many calendar months, the first one from the month on in which the rule began.
    """
    months, wanted = int(rule.about["months"]), int(rule.about["deals"])
    start = rule.valid_from
    ended = "(year(t.local_date) * 12 + month(t.local_date))"
    block = f"(({ended} - {start.year * 12 + start.month}) // {months})"
    return f"""
        with bought as (
            select m.account, {block} as block,
                   coalesce(nullif(t.order_id, ''), t.row_key) as deal,
                   min(t.local_date) as day, sum(t.amount) as amount
            from {_transactions()} t join {MEMBERS} m on m.fact_key = t.fact_key
            where {_bought(rule, rule.valid_from, stop)}
            group by 1, 2, 3
        ), back as (
            select m.account, t.order_id as deal, -sum(t.amount) as amount
            from {_transactions()} t join {MEMBERS} m on m.fact_key = t.fact_key
            where {_refund(rule, span)} and coalesce(t.order_id, '') <> ''
            group by 1, 2
        )
        select account, 'd:' || account || ':' || block, '', null, {rule.points}::bigint,
               max(day)
        from (
            select b.account, b.block, b.day
            from bought b left join back r on r.account = b.account and r.deal = b.deal
            where b.amount > coalesce(r.amount, 0)
            qualify row_number() over (partition by b.account, b.block
                                       order by b.day, b.deal) <= {wanted})
        group by account, block having count(*) = {wanted} and max(day) >= date '{first}'
        order by 1, 2"""


def _balances(
    rule: EarningRule, span: Span, first: date, stop: date, scale: int, zone: str
) -> str:
    """For what an account holds at the end of each month, loans left out by the filter."""
    table = lake.source(facts.living("balances"), "balances")
    products = rule.about.get("products") or []
    wanted = f"and b.product_id in ({_listed(products)})" if products else ""
    points = f"sum(balance) * {rule.points} // {(rule.per or 1) * scale}"
    return f"""
        with ends as (
            select (unnest(generate_series(date_trunc('month', date '{first}'),
                    date '{stop}', interval 1 month)) + interval 1 month
                    - interval 1 day)::date as day
        ), held as (
            select m.account, e.day, coalesce(b.account_id, b.product_id, '') as kept,
                   arg_max(b.balance, (b."on", b.known_at)) as balance
            from ends e join {table} b on b."on" <= e.day
            join {MEMBERS} m on m.fact_key = b.fact_key
            where e.day >= date '{first}' and e.day < date '{stop}' and e.day >= m.joined_on
              {wanted}
            group by 1, 2, 3
        )
        select account, 'b:' || account || ':' || day, '', sum(balance)::bigint,
               ({points})::bigint, day
        from held group by account, day having {points} >= 1 order by 1, 2"""


def _refund(rule: EarningRule, span: Span) -> str:
    """Refunds of what a rule is about; after its end, too."""
    return (
        f"t.kind = 'refund' and t.amount < 0 and t.local_date >= m.joined_on "
        f"and t.local_date >= date '{rule.valid_from}' and t.local_date < date '{span.stop}' "
        f"{_about(rule)}"
    )


def _transactions() -> str:
    return lake.source(facts.living("transactions"), "transactions")


def _bought(rule: EarningRule, first: date, stop: date) -> str:
    kinds = rule.about.get("kinds") or [PURCHASE]
    return (
        f"t.kind in ({_listed(kinds)}) and t.amount > 0 and t.local_date >= date '{first}' "
        f"and t.local_date < date '{stop}' and t.local_date >= m.joined_on {_about(rule)}"
    )


def _about(rule: EarningRule) -> str:
    """Products, categories and channels that the rule names; none is all."""
    found = ""
    for name, column in (
        ("products", "product_id"),
        ("categories", "category"),
        ("channels", "channel"),
    ):
        if wanted := rule.about.get(name):
            found += f" and t.{column} in ({_listed(wanted)})"
    return found


def _listed(values: Iterable[str]) -> str:
    return ", ".join(lake.quote(str(value)) for value in values) or "null"

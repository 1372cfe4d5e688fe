"""Facts that say whether a friend became a customer, and what earned the reward."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import Any

from regulars.server.core import queries as core
from regulars.server.customers.models import FactKey
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.opportunities.models import Opportunity
from regulars.server.referrals.models import Referral, Terms

JOINED, EARNED, BEFORE = "joined", "earned", "before"
Event = Terms.Event


@dataclass(frozen=True)
class Proof:
    """One fact: when, and which."""

    on: date
    ref: str


def proofs(rows: Iterable[Referral], at: datetime) -> dict[int, dict[str, Proof]]:
    """What facts say of referrals, an entry for each: joined, earned, or known before.

    Only days from the referral on count, and for the event of the terms only those within
    their window. A purchase that was wholly refunded is none.
    """
    waiting = [row for row in rows if row.friend_id is not None]
    owners = dict(
        FactKey.objects.filter(customer__in={row.friend_id for row in waiting})
        .order_by()
        .values_list("fact_key", "customer_id")
    )
    known = _Known(owners, core.local_date(at))
    return {row.pk: _of(row, known, at) for row in waiting}


def _of(row: Referral, known: _Known, at: datetime) -> dict[str, Proof]:
    came = core.local_date(row.received_at)
    assert row.friend_id is not None
    first = known.firsts.get(row.friend_id)
    if first is not None and first.on < came:
        return {BEFORE: first}
    found: dict[str, Proof] = {}
    joined = known.first_since(row.friend_id, came)
    since = row.friend.since if row.friend else None
    if joined is None and since is not None and since >= came:
        joined = Proof(since, f"file:{row.friend_id}")
    if joined is not None:
        found[JOINED] = joined
    if row.terms is not None and (earned := _earned(row, row.terms, joined, known, came)):
        found[EARNED] = earned
        found.setdefault(JOINED, earned)
    return found


def _earned(
    row: Referral, terms: Terms, joined: Proof | None, known: _Known, came: date
) -> Proof | None:
    last = came + timedelta(days=terms.window_days)
    assert row.friend_id is not None
    match terms.event:
        case Event.CUSTOMER:
            found = joined
        case Event.PURCHASE:
            found = known.purchase(row.friend_id, came, terms)
        case Event.BALANCE:
            found = known.balance(row.friend_id, came, last, terms)
        case _:
            found = _won(row.friend_id, row.received_at, terms)
    return found if found is not None and came <= found.on <= last else None


def _won(friend: int, since: datetime, terms: Terms) -> Proof | None:
    won = Opportunity.objects.filter(customer=friend, state="won", closed_at__gte=since)
    if terms.products:
        won = won.filter(product__code__in=terms.products)
    first = won.order_by("closed_at", "pk").first()
    if first is None or first.closed_at is None:
        return None
    return Proof(core.local_date(first.closed_at), f"won:{first.pk}")


class _Known:
    """The facts of some customers, read once."""

    def __init__(self, owners: Mapping[int, int], today: date) -> None:
        self.owners, self.today, self.minor = owners, today, core.minor_units()
        self.firsts: dict[int, Proof] = {}
        self._days: dict[int, list[Proof]] = defaultdict(list)
        self._bought: dict[int, list[tuple[date, str, str, Decimal]]] = defaultdict(list)
        self._balances: dict[int, list[tuple[date, str, str, Decimal]]] = defaultdict(list)
        if owners:
            self._read()

    def _read(self) -> None:
        keys = [list(self.owners), self.today]
        for kind, day, ref in (
            ("transactions", "local_date", "row_key"),
            ("holdings", "opened_on", "holding_id"),
            ("balances", '"on"', "account_id"),
        ):
            table = lake.source(facts.living(kind), kind)
            for key, on, name in lake.rows(
                f"select fact_key, {day}, min({ref}) from {table} "
                f"where fact_key in (select unnest(?::bigint[])) and {day} <= ? "
                "group by 1, 2 order by 1, 2",
                keys,
            ):
                self._days[self.owners[key]].append(Proof(on, f"{kind}:{name}"[:120]))
        for owner, days in self._days.items():
            days.sort(key=lambda one: (one.on, one.ref))
            self.firsts[owner] = days[0]
        self._read_purchases(keys)
        self._read_balances(keys)

    def _read_purchases(self, keys: list[Any]) -> None:
        """What was bought and not wholly given back, by order."""
        table = lake.source(facts.living("transactions"), "transactions")
        for key, on, ref, product, amount in lake.rows(
            f"""
            select fact_key, min(local_date) filter (kind = 'purchase'),
                   coalesce(order_id, row_key) as deal,
                   coalesce(any_value(product_id) filter (kind = 'purchase'), ''),
                   sum(amount)::bigint
            from {table} where fact_key in (select unnest(?::bigint[]))
              and local_date <= ? and kind in ('purchase', 'refund')
            group by fact_key, coalesce(order_id, row_key)
            having sum(amount) > 0 and count(*) filter (kind = 'purchase') > 0
            order by 1, 2, 3""",
            keys,
        ):
            bought = (on, f"deal:{ref}"[:120], product, Decimal(amount) / self.minor)
            self._bought[self.owners[key]].append(bought)

    def _read_balances(self, keys: list[Any]) -> None:
        table = lake.source(facts.living("balances"), "balances")
        for key, on, account, product, fen in lake.rows(
            f"select fact_key, \"on\", coalesce(account_id, product_id, ''), "
            f"coalesce(product_id, ''), balance from {table} "
            "where fact_key in (select unnest(?::bigint[])) "
            'and "on" <= ? order by 1, 2, known_at',
            keys,
        ):
            told = (on, str(account), product, Decimal(fen) / self.minor)
            self._balances[self.owners[key]].append(told)

    def first_since(self, owner: int, day: date) -> Proof | None:
        return next((one for one in self._days.get(owner, ()) if one.on >= day), None)

    def purchase(self, owner: int, came: date, terms: Terms) -> Proof | None:
        """The first purchase of at least the amount, of the products that are named."""
        for on, ref, product, amount in self._bought.get(owner, ()):
            named = not terms.products or product in terms.products
            if on >= came and named and amount >= terms.least:
                return Proof(on, ref)
        return None

    def balance(self, owner: int, came: date, last: date, terms: Terms) -> Proof | None:
        """The first day at whose end all accounts together hold the amount."""
        held: dict[str, Decimal] = {}
        for on, told in groupby(self._balances.get(owner, ()), key=lambda row: row[0]):
            for _on, account, product, amount in told:
                if not terms.products or product in terms.products:
                    held[account] = amount
            if came <= on <= last and sum(held.values()) >= terms.least:
                return Proof(on, f"balance:{on.isoformat()}")
        return None

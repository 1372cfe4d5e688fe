"""Purchases whose playbook runs: holdings that were opened, orders, deliveries, contracts."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta
from functools import cached_property
from typing import Any

from regulars.server.care.queries.morning.happenings.spans import listed
from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, sql
from regulars.server.care.rules.catalogue import PLAYBOOK_STEP
from regulars.server.care.rules.detect.playbooks import Bought
from regulars.server.content import queries as content
from regulars.server.content.queries import PlaybookRow
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.products.models import Product

PURCHASE, OPENED, DELIVERY = "purchase", "opened", "delivery"
# Events that a beginning is told by; any other beginning is a kind of event itself.
EVENTS: Mapping[str, tuple[str, ...]] = {
    DELIVERY: ("delivered", "delivery"),
    "service": ("workshop_visit", "service"),
    "contract": ("contract_signed", "contract"),
}
# Events after which nothing follows any more.
BACK = ("return", "contract_cancelled")
# Days beyond the last step in which it may still be told.
AFTER = 21
# Outcomes of an earlier step after which the further ones are left out.
STOPS = ("refused_all", "unsuitable", "wrong_number", "deceased")


@dataclass(frozen=True)
class Playbooks:
    """The steps in force, by beginning and what was bought."""

    rows: tuple[PlaybookRow, ...]
    kinds: Mapping[str, str]  # of products, by their codes

    @cached_property
    def begins(self) -> tuple[str, ...]:
        return tuple(sorted({row.begins for row in self.rows}))

    def last_day(self, begins: str) -> int:
        return max(row.day for row in self.rows if row.begins == begins)

    def of(self, begins: str, product: str) -> tuple[PlaybookRow, ...]:
        """The steps for a product: those tied to it go before those of its kind."""
        mine = [row for row in self.rows if row.begins == begins]
        found = [row for row in mine if row.product and row.product == product]
        if not found and product in self.kinds:
            found = [row for row in mine if row.product_kind == self.kinds[product]]
        return _one_playbook(found)

    def any(self, begins: str) -> tuple[PlaybookRow, ...]:
        """The steps where nothing says what was bought."""
        return _one_playbook([row for row in self.rows if row.begins == begins])

    def products(self, begins: str) -> list[str]:
        """The products that a playbook of this beginning is for."""
        return [code for code in self.kinds if self.of(begins, code)]


def _one_playbook(rows: Iterable[PlaybookRow]) -> tuple[PlaybookRow, ...]:
    found = sorted(rows, key=lambda row: (row.playbook, row.day, row.step.key))
    steps = {row.step.key: row for row in found if row.playbook == found[0].playbook}
    return tuple(sorted(steps.values(), key=lambda row: (row.day, row.step.key)))


def bought(sight: Sight) -> list[Bought]:
    """Everything bought whose steps are not over, by customer."""
    books = Playbooks(
        content.playbook_steps(), dict(Product.objects.values_list("code", "kind"))
    )
    day, found = sight.morning.day, []
    for begins in books.begins:
        first = day - timedelta(days=books.last_day(begins) + AFTER)
        if begins == PURCHASE:
            found += _purchases(books, first, day)
        elif begins == OPENED:
            found += _opened(books, OPENED, books.products(OPENED), first, day)
        else:
            found += _events(books, begins, first, day)
        if begins == DELIVERY:  # a vehicle is on file from its delivery on
            cars = [code for code in books.products(begins) if books.kinds[code] == "vehicle"]
            found += _opened(books, begins, cars, first, day)
    return _stopped(sorted(set(found), key=lambda row: (row.customer_id, row.on, row.ref)))


def _opened(
    books: Playbooks, begins: str, codes: list[str], first: date, day: date
) -> list[Bought]:
    if not codes:
        return []
    table = lake.source(facts.living("holdings"), "holdings")
    rows = lake.rows(
        f"select fact_key, holding_id, opened_on, product_id, known_at::date from {table} "
        "qualify row_number() over (partition by fact_key, holding_id "
        "order by known_at desc, opened_on desc) = 1 "
        f"and opened_on between date '{first}' and date '{day}' "
        f"and (closed_on is null or closed_on > date '{day}') "
        f"and product_id in ({listed(codes)}) order by 1, 3, 2"
    )
    return _rows(books, begins, rows)


def _purchases(books: Playbooks, first: date, day: date) -> list[Bought]:
    """Orders that begin a sequence: not within the days of one before, and not sent back."""
    codes = books.products(PURCHASE)
    if not codes:
        return []
    longest = books.last_day(PURCHASE)
    table = lake.source(facts.living("transactions"), "transactions")
    rows = lake.rows(
        f"""
        with sold as (
            select fact_key, product_id, local_date as day,
                   min(coalesce(order_id, '')) as ref, min(known_at)::date as known
            from {table}
            where kind = 'purchase' and product_id in ({listed(codes)})
              and local_date between date '{first - timedelta(days=longest)}' and date '{day}'
            group by 1, 2, 3),
        back as (
            select distinct fact_key, product_id, local_date as day from {table}
            where kind = 'refund' and local_date >= date '{first}')
        select s.fact_key, s.ref, s.day, s.product_id, s.known from sold s
        where s.day >= date '{first}'
          and not exists (select 1 from sold b where b.fact_key = s.fact_key
                          and b.product_id = s.product_id and b.day < s.day
                          and b.day >= s.day - {longest})
          and not exists (select 1 from back r where r.fact_key = s.fact_key
                          and r.product_id = s.product_id and r.day >= s.day)
        order by 1, 3, 2, 4
        """
    )
    # Of one order, however many goods, one sequence of each playbook.
    kept: dict[tuple[int, str, date], Bought] = {}
    for row in _rows(books, PURCHASE, rows):
        kept.setdefault((row.customer_id, row.playbook, row.on), replace(row, ref=row.ref))
    return list(kept.values())


def _events(books: Playbooks, begins: str, first: date, day: date) -> list[Bought]:
    table = lake.source(facts.living("events"), "events")
    kinds = listed(EVENTS.get(begins, (begins,)))
    rows = lake.rows(
        f"select e.fact_key, coalesce(e.ref, ''), e.occurred_at, coalesce(e.ref, ''), "
        f"min(e.known_at)::date from {table} e where e.kind in ({kinds}) "
        # A day more at both ends: the lake keeps UTC, days are local.
        f"and e.occurred_at >= timestamp '{first - timedelta(days=1)}' "
        f"and e.occurred_at < timestamp '{day + timedelta(days=2)}' "
        f"and not exists (select 1 from {table} u where u.fact_key = e.fact_key "
        f"and u.kind in ({listed(BACK)}) and u.occurred_at >= e.occurred_at "
        f"and coalesce(u.ref, '') in ('', coalesce(e.ref, ''))) "
        f"group by 1, 2, 3, 4 order by 1, 3, 2"
    )
    zone = core.time_zone()
    local = [
        (key, ref, at.replace(tzinfo=UTC).astimezone(zone).date(), product, known)
        for key, ref, at, product, known in rows
    ]
    return _rows(books, begins, [row for row in local if first <= row[2] <= day])


def _rows(books: Playbooks, begins: str, rows: list[tuple[Any, ...]]) -> list[Bought]:
    owners = customers_of({row[0] for row in rows})
    found = []
    for key, ref, on, product, known in rows:
        steps = books.of(begins, product)
        if not steps and begins not in (PURCHASE, OPENED) and product not in books.kinds:
            steps = books.any(begins)
        if steps and key in owners:
            one = steps[0]
            found.append(
                Bought(
                    owners[key], one.playbook, one.version, begins, ref, on,
                    tuple(row.step for row in steps),
                    product if product in books.kinds else "", known,
                )
            )  # fmt: skip
    return found


def _stopped(rows: list[Bought]) -> list[Bought]:
    """Mark what the customer refused, or had no use for, in an earlier step."""
    refused: dict[int, set[str]] = defaultdict(set)
    for customer, series in sql(
        "select t.customer_id, split_part(t.cycle, ':', 1) from care_task t "
        "join care_card k on k.id = t.card_id where t.trigger = %s and k.outcome = any (%s) "
        "and t.customer_id = any (%s)",
        [PLAYBOOK_STEP.code, list(STOPS), [row.customer_id for row in rows]],
    ):
        refused[customer].add(series)
    return [
        replace(row, stopped=row.series in refused.get(row.customer_id, ())) for row in rows
    ]

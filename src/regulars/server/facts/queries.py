"""Reads of facts, for the customers whom PostgreSQL lets the viewer see."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Max, Min, QuerySet, Sum

from regulars.base.errors import Refused
from regulars.server.core import queries as core
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer, FactKey
from regulars.server.facts import lake
from regulars.server.facts.models import FactFile
from regulars.server.products import queries as products


class NotVisible(Refused):
    """The customer is not one of the viewer's."""


@dataclass(frozen=True)
class Fact:
    """One line of a timeline. Amounts are positive; `kind` says which way money went."""

    at: datetime
    day: date
    kind: str
    amount: Decimal | None = None
    product: str = ""
    category: str = ""
    channel: str = ""
    branch: str = ""
    ref: str = ""


@dataclass(frozen=True)
class Holding:
    """What a customer holds on a day, by the latest version we know."""

    holding_id: str
    product: str
    amount: Decimal
    opened_on: date | None
    matures_on: date | None
    closed_on: date | None


def folder() -> Path:
    """Where the lake lies."""
    return Path(settings.HOME.facts)


def living(kind: str) -> list[Path]:
    """The files of a kind that count now, oldest first."""
    paths = FactFile.objects.filter(kind=kind, replaced_at__isnull=True).order_by("pk")
    return [folder() / path for path in paths.values_list("path", flat=True)]


def manifest() -> dict[str, dict[str, Any]]:
    """Rows, files, bytes and days of each kind."""
    found = (
        FactFile.objects.filter(replaced_at__isnull=True)
        .values("kind")
        .annotate(
            files=Count("pk"),
            rows=Sum("rows"),
            size=Sum("size"),
            first_day=Min("first_day"),
            last_day=Max("last_day"),
        )
        .order_by("kind")
    )
    return {
        row["kind"]: {name: value for name, value in row.items() if name != "kind"}
        for row in found
    }


def last_day(*, until: date | None = None) -> date | None:
    """The last day on which any transaction or balance lies.

    `until` is usually today: one mistyped year in a file must not move every span of time.
    """
    kinds = ("transactions", "balances")
    found = FactFile.objects.filter(replaced_at__isnull=True, kind__in=kinds)
    day: date | None = found.aggregate(day=Max("last_day"))["day"]
    return min(day, until) if day and until else day


def timeline(
    viewer: Person,
    customer: Customer,
    *,
    before: datetime | None = None,
    kinds: tuple[str, ...] = (),
    items: tuple[str, ...] = (),
    most: int = 50,
) -> list[Fact]:
    """One customer's transactions and events, newest first, strictly before `before`.

    `items`: only transactions of these products or categories.
    """
    keys = _keys(viewer, customer)
    conditions = [f"fact_key in ({keys})"]
    parameters: list[Any] = []
    if before is not None:
        conditions.append("occurred_at < ?")
        parameters.append(before.replace(tzinfo=None))
    if kinds:
        conditions.append(f"kind in ({', '.join('?' for _ in kinds)})")
        parameters += list(kinds)
    transactions = lake.source(living("transactions"), "transactions")
    events = lake.source(living("events"), "events")
    if items:
        wanted = f"({', '.join('?' for _ in items)})"
        conditions.append(f"(product_id in {wanted} or category in {wanted})")
        parameters += [*items, *items]
        events = f"(select *, null as product_id, null as category from {events})"
    where = " and ".join(conditions)
    found = lake.rows(
        f"""
        select occurred_at, local_date, kind, amount, product_id, category, channel, branch,
               coalesce(order_id, external_id, '')
        from {transactions} where {where}
        union all
        select occurred_at, occurred_at::date, kind, null, null, null, null, null,
               coalesce(ref, '')
        from {events} where {where}
        order by occurred_at desc limit {int(most)}
        """,
        [*parameters, *parameters],
    )
    minor = core.minor_units()
    return [
        Fact(
            at=_utc(at),
            day=day,
            kind=kind,
            amount=None if amount is None else Decimal(amount) / minor,
            product=product or "",
            category=category or "",
            channel=channel or "",
            branch=branch or "",
            ref=ref,
        )
        for at, day, kind, amount, product, category, channel, branch, ref in found
    ]


def balances(
    viewer: Person, customer: Customer, start: date, stop: date
) -> list[tuple[date, Decimal]]:
    """The customer's assets at the end of each day in `[start, stop)`.

    A balance holds until the account's next row. Loans do not count as assets.
    """
    keys = _keys(viewer, customer)
    table = lake.source(living("balances"), "balances")
    loans = ", ".join(lake.quote(code) for code in products.codes_of("loan")) or "''"
    found = lake.rows(
        f"""
        with own as (
            select "on" as day, coalesce(account_id, product_id, '') as account,
                   balance, row_number() over (
                       partition by coalesce(account_id, product_id, ''), "on"
                       order by known_at desc) as newest
            from {table} where fact_key in ({keys}) and "on" < ?
              and coalesce(product_id, '') not in ({loans})
        ), steps as (
            select day, account, balance, lead(day, 1, ?) over (
                partition by account order by day) as until
            from own where newest = 1
        ), days as (
            select unnest(
                generate_series(?::timestamp, ?::timestamp, interval 1 day))::date as day
        )
        select days.day, coalesce(sum(steps.balance), 0)
        from days left join steps on steps.day <= days.day and days.day < steps.until
        group by days.day order by days.day
        """,
        [stop, stop, start, stop - timedelta(days=1)],
    )
    minor = core.minor_units()
    return [(day, Decimal(amount) / minor) for day, amount in found]


def holdings(viewer: Person, customer: Customer, on: date) -> list[Holding]:
    """What the customer holds on a day, largest first; the latest known version counts."""
    keys = _keys(viewer, customer)
    found = _held(lake.source(living("holdings"), "holdings"), keys, on)
    return [_holding(row, core.minor_units()) for row in found]


@lru_cache(maxsize=64)
def _held(table: str, keys: str, on: date) -> list[tuple[Any, ...]]:
    """Read what is held. Several bricks of one page ask for it; files never change."""
    return lake.rows(
        f"""
        select holding_id, product_id, amount, opened_on, matures_on, closed_on
        from (select *, row_number() over (
                  partition by holding_id order by known_at desc) as newest
              from {table} where fact_key in ({keys}))
        where newest = 1 and opened_on <= ? and (closed_on is null or closed_on > ?)
        order by amount desc nulls last, holding_id
        """,
        [on, on],
    )


def maturing(
    viewer: Person, start: date, stop: date, *, books: Iterable[Book]
) -> list[tuple[int, Holding]]:
    """What matures in `[start, stop)` in some books: pairs of customer and holding."""
    visible = Customer.objects.visible_to(viewer).filter(book__in=list(books))
    return _maturing(FactKey.objects.filter(customer__in=visible), start, stop)


def maturing_of(
    viewer: Person, customers: Iterable[int], start: date, stop: date
) -> list[tuple[int, Holding]]:
    """The same for some customers."""
    visible = Customer.objects.visible_to(viewer).filter(pk__in=list(customers))
    return _maturing(FactKey.objects.filter(customer__in=visible), start, stop)


def _maturing(own: QuerySet[FactKey], start: date, stop: date) -> list[tuple[int, Holding]]:
    owners = dict(own.order_by().values_list("fact_key", "customer_id"))
    if not owners:
        return []
    table = lake.source(living("holdings"), "holdings")
    found = lake.rows(
        f"""
        select fact_key, holding_id, product_id, amount, opened_on, matures_on, closed_on
        from (select *, row_number() over (
                  partition by fact_key, holding_id order by known_at desc) as newest
              from {table} where fact_key in (select unnest(?::bigint[])))
        where newest = 1 and matures_on >= ? and matures_on < ?
        order by fact_key, matures_on, holding_id
        """,
        [list(owners), start, stop],
    )
    minor = core.minor_units()
    return [(owners[key], _holding(row, minor)) for key, *row in found]


def _holding(row: Sequence[Any], minor: int) -> Holding:
    holding, product, amount, opened, matures, closed = row
    return Holding(
        holding, product or "", Decimal(amount or 0) / minor, opened, matures, closed
    )


def _keys(viewer: Person, customer: Customer) -> str:
    """The customer's pseudonyms as SQL, after asking PostgreSQL whether the viewer may.

    :raises NotVisible: the customer is not one of the viewer's.
    """
    visible = Customer.objects.visible_to(viewer)
    own = FactKey.objects.filter(customer__in=visible, customer_id=customer.pk)
    keys = list(own.values_list("pk", flat=True))
    if not keys:
        raise NotVisible("This customer is not one of yours. Ask the owner of the book.")
    return ", ".join(str(int(key)) for key in keys)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=UTC)


def kept_names(kind: str) -> set[str]:
    """Names of the files of a kind that are on the disk: living, or replaced this week."""
    paths = FactFile.objects.filter(kind=kind).values_list("path", flat=True)
    return {path.rpartition("/")[2] for path in paths}


def everything(customer: Customer) -> dict[str, list[dict[str, Any]]]:
    """All facts of one customer, by kind, for the copy that the person asks for.

    For an action that was allowed already; amounts in units of the currency.
    """
    keys = FactKey.objects.filter(customer=customer).values_list("pk", flat=True)
    wanted = ", ".join(str(int(key)) for key in keys)
    if not wanted:
        return {}
    return {kind: _facts_of(kind, wanted) for kind in lake.COLUMNS}


def _facts_of(kind: str, keys: str) -> list[dict[str, Any]]:
    names = [n for n in lake.COLUMNS[kind] if n not in {"fact_key", "row_key", "known_at"}]
    chosen = ", ".join(f'"{name}"' for name in names)
    table = lake.source(living(kind), kind)
    found = lake.rows(
        f"select {chosen} from {table} where fact_key in ({keys}) order by {lake.DAY[kind]}", []
    )
    minor = core.minor_units()
    return [_told(dict(zip(names, row, strict=True)), minor) for row in found]


def _told(row: dict[str, Any], minor: int) -> dict[str, Any]:
    for name in ("amount", "cost", "balance"):
        if row.get(name) is not None:
            row[name] = Decimal(row[name]) / minor
    return row

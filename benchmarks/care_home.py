"""A bank of a million customers and two thousand people who look after them.

A synthetic bank of a few thousand is brought in through the doors of a real one and then laid
beside itself, copy for copy, in a few statements: people, contacts and facts keep the shape
that the small one has. Two working weeks before today are written as they would have been
worked. `mornings` and `today` measure what they fill here.

    python -m benchmarks care_home --home DIR [--customers 1000000] [--managers 2000]
"""

from __future__ import annotations

import argparse
import tempfile
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from benchmarks import customer_list as base

BASE = 20_000  # customers of the bank that is copied
REGIONS, BRANCHES = 6, 60
HELD = 350  # customers that one person looks after at most, in the mean; the rest are pooled
PARTS = 8  # files of each kind of fact, so that writing one needs little memory
TRADES = ("transactions", "balances", "holdings", "events")


@dataclass(frozen=True)
class Size:
    """How large the bank is, and which day it lives in."""

    customers: int
    managers: int
    days: int  # of facts
    today: date

    @property
    def copies(self) -> int:
        return max(1, self.customers // BASE)

    @property
    def at(self) -> datetime:
        """Before the morning of today."""
        day = self.today - timedelta(days=1)
        return datetime(day.year, day.month, day.day, 20, tzinfo=UTC)


def main(arguments: list[str] | None = None) -> None:
    """Fill a home and stop its database."""
    parser = argparse.ArgumentParser(prog="benchmarks care_home")
    options(parser)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        opened(asked, asked.home or folder).stop()


def options(parser: argparse.ArgumentParser) -> None:
    """The options of every benchmark that works in this bank."""
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--managers", type=int, default=2_000)
    parser.add_argument("--days", type=int, default=400, help="of facts")
    parser.add_argument("--home", help="keep everything in this folder")
    parser.add_argument("--no-search", action="store_true", help="leave the search box empty")


def opened(asked: argparse.Namespace, root: str) -> Any:
    """Open the home of a bank, filled first where it is empty; its running database."""
    Path(root).mkdir(parents=True, exist_ok=True)
    cluster = base.start(Path(root).resolve() / "home")
    if not base.filled():
        size = Size(asked.customers, asked.managers, asked.days, datetime.now(UTC).date())
        try:
            base.timed("filled", lambda: fill(size, search=not asked.no_search))
        except BaseException:
            cluster.stop()
            raise
    return cluster


def fill(size: Size, *, search: bool) -> None:
    """Bring the small bank, then its copies; score it at a month end and last week."""
    from regulars.engine import synthetic
    from regulars.server.core import scope
    from regulars.server.site import demo
    from regulars.server.tiers import actions as tiers

    before = size.today - timedelta(days=1)
    bank = synthetic.bank(customers=BASE, seed=5, until=before)
    with scope.everything():
        demo._company(bank, at=size.at)
        owned = _places(size)
        base.timed("the bank that is copied", lambda: _brought(bank, size))
        tiers.install_presets(by=demo.DEMO, at=size.at)
    base.timed("customers", lambda: _customers(size, owned, search=search))
    base.timed("contacts", lambda: _contacts(size))
    for kind in TRADES:
        with scope.everything():
            base.timed(kind, partial(_facts, kind, bank, size))
    base.timed("vacuum", lambda: _plain("vacuum analyze"))


def _places(size: Size) -> int:
    """Regions, branches, people, books; returns how many customers are looked after."""
    from regulars.server.core.models import Book, OrgUnit, Person, Tenure
    from regulars.testing import cast

    head = OrgUnit.objects.get(code="HQ")
    regions = [cast.unit(f"R{n:02}", f"区域 {n}", f"Region {n}", head) for n in range(REGIONS)]
    units = [
        cast.unit(f"B{n:03}", f"支行 {n}", f"Branch {n}", regions[n % REGIONS])
        for n in range(BRANCHES)
    ]

    def person(name: str, role: str, unit: OrgUnit) -> Person:
        return Person(
            username=name, name=name, name_en=name, role=role, org_unit=unit,
            created_at=size.at, password="!",
        )  # fmt: skip

    others = [person("leader", "leader", head), person("analyst", "analyst", head)]
    others += [person(f"region{n:02}", "leader", unit) for n, unit in enumerate(regions)]
    others += [person(f"manager{n:02}", "manager", unit) for n, unit in enumerate(units)]
    others += [person("admin", "administrator", head)]
    Person.objects.bulk_create(others)
    rms = Person.objects.bulk_create(
        [person(f"rm{n:05}", "rm", units[n % BRANCHES]) for n in range(size.managers)]
    )
    books = Book.objects.bulk_create(
        [
            Book(code=f"K{n:05}", name=f"{rm.name} 管户", org_unit=rm.org_unit, owner=rm)
            for n, rm in enumerate(rms)
        ]
    )
    Book.objects.bulk_create(
        [
            Book(code=f"P{n:03}", name=f"{u.name} 公共池", org_unit=u)
            for n, u in enumerate(units)
        ]
    )
    Tenure.objects.bulk_create([Tenure(book=b, role="owner", person=b.owner) for b in books])
    return min(size.managers * HELD, size.customers)


def _brought(bank: Any, size: Size) -> None:
    """The files and contacts of the small bank, all in the first pool for now."""
    from regulars.server.core.models import Book
    from regulars.server.customers import loading
    from regulars.server.site import demo

    pool = Book.objects.get(code="P000")
    led = {row["code"] for row in bank.books.to_pylist() if row["owner"]}
    codes = dict.fromkeys(bank.books.column("code").to_pylist(), pool.pk)
    rows = (
        row | {"source": "led" if row["book"] in led else row["source"]}
        for row in demo._customer_rows(bank, codes)
    )
    brought = [name for name in loading.COLUMNS if name not in {"note"}]
    loading.load(rows, brought, default_book=pool, origin="demo", by=demo.DEMO, at=size.at)
    demo._relations(bank)
    demo._touches(bank, at=size.at)


def _customers(size: Size, owned: int, *, search: bool) -> None:
    """Copies of everybody; who was led is led first, as far as people go round."""
    led = _plain("select count(*) from customers_customer where source = 'led'")[0][0] / BASE
    share = owned / size.customers
    # Which share of those led, and of the others, somebody looks after here.
    of_led, of_others = min(1.0, share / led), max(0.0, (share - led) / (1 - led))
    _plain("drop index if exists customer_search_grams")
    _plain(
        f"""
        create or replace function bench_book(n bigint, led boolean) returns bigint
        language sql stable as $$
        select case when abs(hashint8(n)) % 100000 < 100000 *
                         case when led then {of_led} else {of_others} end
            then (select min(id) from core_book where owner_id is not null)
                 + n % {size.managers}
            else (select min(id) from core_book where owner_id is null and code like 'P%')
                 + n % {BRANCHES} end $$
        """
    )
    _plain("update customers_customer set book_id = bench_book(id, source = 'led')")
    _copied("customers_customer", size, id=f"c.id + k * {BASE}", number="c.number || '-' || k",
            book_id=f"bench_book(c.id + k * {BASE}, c.source = 'led')")  # fmt: skip
    _plain("analyze customers_customer")
    if search:
        _plain(
            "update customers_customersearch s set book_id = c.book_id "
            "from customers_customer c where c.id = s.customer_id"
        )
        _copied("customers_customersearch", size, customer_id=f"c.customer_id + k * {BASE}",
                book_id=f"(select book_id from customers_customer o "
                        f"where o.id = c.customer_id + k * {BASE})")  # fmt: skip
        _plain(
            "create index customer_search_grams on customers_customersearch "
            "using gin (grams) with (fastupdate = off)"
        )
    _copied("customers_factkey", size, fact_key=f"c.fact_key + k * {BASE}",
            customer_id=f"c.customer_id + k * {BASE}")  # fmt: skip
    _copied("customers_relation", size, id=None, customer_id=f"c.customer_id + k * {BASE}",
            other_id=f"c.other_id + k * {BASE}")  # fmt: skip
    for table, column in (("customers_customer", "id"), ("customers_factkey", "fact_key")):
        _plain(
            f"select setval(pg_get_serial_sequence('{table}', '{column}'), "
            f"(select max({column}) from {table}))"
        )
    _plain("drop function bench_book")


def _contacts(size: Size) -> None:
    """Half a year of contacts; who leads a book made those with its customers."""
    since = size.today - timedelta(days=185)
    _plain(f"delete from channels_touch where at < '{since}'")
    _copied(
        "channels_touch", size, id=None, customer_id=f"c.customer_id + k * {BASE}",
        person_id="case when c.inbound then null else (select b.owner_id from "
        f"customers_customer o join core_book b on b.id = o.book_id "
        f"where o.id = c.customer_id + k * {BASE}) end",
    )  # fmt: skip


def _facts(kind: str, bank: Any, size: Size) -> None:
    """Each copy's facts are those of the small bank under its own keys."""
    from regulars.server.customers import loading
    from regulars.server.facts import actions, lake
    from regulars.server.site import demo

    table: pa.Table = getattr(bank, kind)
    known = list(loading.known(table.column("customer").unique().to_pylist()))
    db = lake.session()
    db.register("incoming", table)
    db.register("keys", pa.table({"number": [n for n, _ in known],
                                  "fact_key": [k for _, k in known]}))  # fmt: skip
    since = size.today - timedelta(days=size.days)
    day = {"holdings": "known_at::date"}.get(kind, lake.DAY[kind])
    within = f"{day} >= date '{since}'" if kind not in ("holdings", "balances") else "true"
    if kind == "balances":  # the last one before the span holds on
        within = (
            f'"on" >= date \'{since}\' or "on" = (select max(b."on") from small b where '
            f"b.account_id = small.account_id and b.\"on\" < date '{since}')"
        )
    db.execute(
        "create or replace temp table small as " + demo.FACTS[kind].format(zone=bank.time_zone)
    )
    db.execute(f"create or replace temp table lately as select * from small where {within}")
    step = -(-size.copies // PARTS)
    for part, first in enumerate(range(0, size.copies, step)):
        last = min(first + step, size.copies)
        actions.add(
            kind,
            f"select t.* replace (t.fact_key + k * {BASE} as fact_key, "
            f"k || t.row_key as row_key) from lately t, range({first}, {last}) c(k)",
            source=f"bench-{kind}-{part}", by=demo.DEMO, at=size.at, fresh=True,
        )  # fmt: skip
    for name in ("small", "lately"):
        db.execute(f"drop table {name}")
    db.unregister("incoming")
    db.unregister("keys")


def _copied(table: str, size: Size, **changed: str | None) -> None:
    """Lay the copies of a table's rows beside them; what is None numbers itself."""
    names = [row[0] for row in _plain(
        "select column_name from information_schema.columns where table_name = "
        f"'{table}' and table_schema = 'public' order by ordinal_position")]  # fmt: skip
    if "public_id" in names:
        # Short enough to collide by chance among millions, were they drawn.
        changed["public_id"] = "'b' || lpad(to_hex(c.id), 6, '0') || lpad(to_hex(k), 5, '0')"
    kept = [name for name in names if changed.get(name, "") is not None]
    values = ", ".join(changed.get(name) or f'c."{name}"' for name in kept)
    listed = ", ".join(f'"{name}"' for name in kept)
    _plain(
        f"insert into {table} ({listed}) select {values} "
        f"from {table} c, generate_series(1, {size.copies - 1}) k"
    )


def _plain(statement: str) -> list[Any]:
    """One statement of its own as the system."""
    from django.db import connection

    from regulars.server.core import scope

    if statement.startswith("vacuum"):
        with connection.cursor() as db:
            db.execute(statement)
        return []
    with scope.everything(), connection.cursor() as db:
        db.execute(statement)
        return db.fetchall() if db.description else []

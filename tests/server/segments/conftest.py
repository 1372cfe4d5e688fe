"""Two worlds for lists: a hundred customers with known scores, and the cast with real facts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from tests.server.kept import kept
from tests.server.segments import town

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.facts import actions as facts
from regulars.server.products.models import Product
from regulars.server.scoring import actions as scoring
from regulars.server.scoring.models import Run, Score
from regulars.server.segments.rules import STAGES, TYPES
from regulars.server.site.home import Home
from regulars.server.tiers import actions as tiers
from regulars.server.tiers.models import Assignment, Scheme, TierRun
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble, customer


@pytest.fixture(autouse=True)
def _nothing_is_kept() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def souls(cast: Cast, home: Home, settings: Any) -> list[town.Soul]:
    """The town with its attributes, scores and facts."""
    settings.HOME = home
    with scope.everything():
        made = town.settle(cast)
        town.score(made, home.runs)
    scope.set_scope(scope.NOBODY)
    return made


@pytest.fixture
def crowd(cast: Cast) -> Cast:
    """120 customers more: every third is Tao's, every tenth a firm, every sixth unscored."""
    with scope.everything():
        for n in range(120):
            book = cast.tao_book if n % 3 == 0 else cast.mei_book
            customer(
                f"1{n:03}",
                f"张{n:03}",
                book,
                kind="organization" if n % 10 == 0 else "person",
                since=TODAY - timedelta(days=20 * n),
            )
        tiers.install_presets(by=TESTS, at=NOON)
        _score(list(Customer.objects.filter(number__startswith="1").order_by("number")))
    scope.set_scope(scope.NOBODY)
    return cast


def _score(people: list[Customer]) -> None:
    run = Run.objects.create(
        as_of=TODAY,
        known_to=NOON,
        state="done",
        is_published=True,
        is_current=True,
        customers=len(people),
        started_at=NOON,
    )
    tier_run = TierRun.objects.create(run=run, as_of=TODAY, is_current=True, made_at=NOON)
    schemes = {s.customer_kind: s for s in Scheme.objects.filter(is_primary=True)}
    names = {"person": ("premier", "mass"), "organization": ("gold", "standard")}
    chosen = [(n, c) for n, c in enumerate(people) if n % 6]
    put_version("scoring_score", Score, run.pk, [
        [run.pk, c.pk, value(n), value(n), None if n % 4 == 0 else value(n) / 10, n - 50,
         None if n % 4 == 0 else n / 120, STAGES[n % 7], "333", TYPES[n % 8]]
        for n, c in chosen
    ])  # fmt: skip
    put_version("tiers_assignment", Assignment, tier_run.pk, [
        [tier_run.pk, c.pk, schemes[c.kind].pk, names[c.kind][value(n) < 500],
         4 if value(n) >= 500 else 2, value(n), 500 if value(n) < 500 else None, value(n)]
        for n, c in chosen
    ])  # fmt: skip


def value(n: int) -> int:
    """Spread over 0-999, with ties."""
    return (n * 37) % 100 * 10


def put_version(table: str, model: type, version: int, rows: list[list[object]]) -> None:
    with connection.cursor() as db:
        db.execute("select regulars_version_open(%s, %s)", [table, version])
        (child,) = db.fetchone()
        places = ", ".join(["%s"] * len(rows[0]))
        db.executemany(f"insert into {child} values ({places})", rows)
        db.execute("select regulars_version_close(%s, %s)", [table, version])


MOVES = """
select k.fact_key, (date '2026-11-20' - to_days(d::integer))::timestamp + interval '3 hours'
         as occurred_at,
       (date '2026-11-20' - to_days(d::integer))::date as local_date, a as amount,
       null::double as quantity, null::bigint as cost, null::varchar as order_id,
       'D1' as product_id,
       'transfer_in' as category, 'mobile' as channel, 'B01' as branch, 'inflow' as kind,
       null::varchar as external_id, 't' || k.fact_key || ':' || d as row_key,
       timestamp '2026-11-22' as known_at
from (values {keys}) k(fact_key, a), generate_series(0, 330, 15) s(d)
"""
BALANCES = """
select k.fact_key, date '2026-01-01' as "on", 'A' as account_id, 'D1' as product_id,
       a * 1000 as balance, 'b' || k.fact_key as row_key, timestamp '2026-11-22' as known_at
from (values {keys}) k(fact_key, a)
"""
HOLDINGS = """
select k.fact_key, 'H' || k.fact_key as holding_id, 'D1' as product_id,
       date '2026-01-01' as opened_on, date '2026-12-02' as matures_on,
       null::date as closed_on, a * 500 as amount, 'h' || k.fact_key as row_key,
       timestamp '2026-11-22' as known_at
from (values {keys}) k(fact_key, a)
"""


def enliven(cast: Cast) -> Cast:
    Product.objects.create(
        code="D1",
        name="整存整取一年",
        name_en="1-year deposit",
        kind="deposit",
        rate="0.0155",
    )
    amounts = {cast.li: 60_000, cast.qian: 6_000, cast.zhou: 900_000}
    keys = ", ".join(
        f"({person.fact_keys.get().pk}, {amount}::bigint)" for person, amount in amounts.items()
    )
    for kind, sql in (
        ("transactions", MOVES),
        ("balances", BALANCES),
        ("holdings", HOLDINGS),
    ):
        facts.add(kind, sql.format(keys=keys), source="tests", by=TESTS, at=NOON)
    tiers.install_presets(by=TESTS, at=NOON)
    run = scoring.run_scoring(by=TESTS, at=NOON)
    tiers.assign(run, by=TESTS, at=NOON)
    return cast


@pytest.fixture(scope="module")
def alive(django_db_setup: None, django_db_blocker: Any) -> Iterator[Cast]:
    """The cast with money: Li holds 600,000 and moves some every 15 days, Qian a tenth.

    Committed for a whole module, where no other cast can be assembled then.
    """
    with kept(django_db_blocker, lambda: enliven(assemble())) as world:
        yield world

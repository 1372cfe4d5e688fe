"""Promise 11: however many come at once, a coupon is given once and taken once.

Quotas and stock hold as well: the database counts, whoever asks it.
"""

from __future__ import annotations

import os
import threading
from collections import Counter
from typing import Any

import psycopg
import pytest
from django.db import connection
from tests.server.loyalty.test_concurrent import at_once
from tests.server.rewards.conftest import batch_of, fill, privilege_of, rank

from regulars.base.errors import Refused
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.rewards import actions
from regulars.server.rewards.models import Batch, Coupon, Present, Redemption, Stock, Use
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble, customer

pytestmark = pytest.mark.django_db(transaction=True)
WORKERS = 16


def town(people: int) -> tuple[Cast, list[Customer]]:
    with scope.everything():
        cast = assemble()
        found = [customer(f"9{n:04}", f"客户{n}", cast.mei_book) for n in range(people)]
    return cast, found


def offered(coupons: int, tries: int, people: int, *, limit: int) -> str:
    """So many tries for so many coupons, over connections that all begin at once."""
    _cast, found = town(people)
    with scope.everything():
        batch = batch_of(coupons, per_customer=limit)

    def work(worker: int, n: int) -> str:
        who = found[(worker * 7919 + n * 31) % people]
        try:
            with scope.everything():
                actions.issue(batch, who, key=f"{worker}-{n}", by=TESTS, at=NOON)
            return "issued"
        except Refused as error:
            return type(error).__name__

    told, seconds = at_once(WORKERS, tries // WORKERS, work)

    with scope.everything():
        held = Coupon.objects.filter(batch=batch, state="issued")
        most = Counter(held.values_list("customer", flat=True)).most_common(1)[0][1]
        assert told["issued"] == held.count() == Batch.objects.get(pk=batch.pk).issued
        assert held.count() == min(coupons, people * limit if limit else coupons)
        assert limit == 0 or most <= limit
    return (
        f"{sum(told.values()):,} tries for {coupons} coupons over {WORKERS} connections, "
        f"limit {limit or 'none'}: exactly {told['issued']} issued, {dict(told)}, "
        f"{sum(told.values()) / seconds:,.0f}/s (load {os.getloadavg()[0]:.1f})"
    )


def taken(coupons: int, tries: int) -> str:
    """Everybody tries to redeem the same coupons, each under a key of their own."""
    cast, _found = town(1)
    with scope.everything():
        batch = batch_of(coupons, per_customer=0)
        codes = [
            actions.issue(batch, cast.li, key=f"i{n}", by=TESTS, at=NOON).code
            for n in range(coupons)
        ]

    def work(worker: int, n: int) -> str:
        try:
            with scope.everything():
                actions.redeem(
                    codes[(worker + n * WORKERS) % coupons], key=f"{worker}-{n}", by=TESTS,
                    at=NOON,
                )  # fmt: skip
            return "redeemed"
        except Refused as error:
            return type(error).__name__

    told, seconds = at_once(WORKERS, tries // WORKERS, work)

    with scope.everything():
        assert told == {"redeemed": coupons, "Taken": sum(told.values()) - coupons}
        assert Redemption.objects.count() == coupons
        assert Coupon.objects.filter(state="redeemed").count() == coupons
    return (
        f"{sum(told.values()):,} redemptions of {coupons} coupons over {WORKERS} connections: "
        f"exactly {coupons} taken, {sum(told.values()) / seconds:,.0f}/s "
        f"(load {os.getloadavg()[0]:.1f})"
    )


def without_the_program(coupons: int, tries: int) -> str:
    """The same by bare statements that ask nothing before: the database alone holds it."""
    cast, _found = town(0)
    with scope.everything():
        batch = batch_of(coupons, per_customer=0)
        for n in range(coupons):
            actions.issue(batch, cast.li, key=f"i{n}", by=TESTS, at=NOON)
        wanted = list(Coupon.objects.filter(batch=batch).values_list("pk", flat=True))
    told: Counter[str] = Counter()
    gate, lock = threading.Barrier(WORKERS), threading.Lock()
    given = connection.get_connection_params()
    named = {k: given[k] for k in ("host", "user", "password", "dbname") if k in given}

    def run(worker: int) -> None:
        mine: Counter[str] = Counter()
        with psycopg.connect(**named, autocommit=True) as link:
            link.execute("select set_config('app.scope', 'all', false)")
            gate.wait()
            for n in range(tries // WORKERS):
                mine[_bare(link, wanted[(worker * 7 + n) % coupons], f"{worker}-{n}")] += 1
        with lock:
            told.update(mine)

    threads = [threading.Thread(target=run, args=(n,)) for n in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    with scope.everything():
        assert told["taken"] == Redemption.objects.count() == coupons
    return f"{sum(told.values()):,} bare inserts for {coupons} coupons: {told['taken']} taken"


def _bare(link: Any, coupon: int, key: str) -> str:
    try:
        link.execute(
            "insert into rewards_redemption (public_id, coupon_id, key, print, answer, cost, "
            "ref, at, \"on\") values (%s, %s, %s, '', '{}', 1, '', %s, %s)",
            [key, coupon, key, NOON, TODAY],
        )
    except psycopg.errors.IntegrityError:
        return "refused"
    return "taken"


def used(quota: int, tries: int) -> str:
    """Many counters write down the use of one customer's privilege."""
    with scope.everything():
        cast = assemble()
    with scope.everything():
        rank(cast)
    with scope.everything():
        found = privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), quota))

    def work(worker: int, n: int) -> str:
        try:
            with scope.everything():
                actions.use(cast.li, found, key=f"{worker}-{n}", by=TESTS, at=NOON)
            return "used"
        except Refused as error:
            return type(error).__name__

    told, _seconds = at_once(WORKERS, tries // WORKERS, work)

    with scope.everything():
        assert told == {"used": quota, "UsedUp": sum(told.values()) - quota}
        assert Use.objects.count() == quota
    return (
        f"{sum(told.values()):,} uses at once with a quota of {quota}: exactly {told['used']}"
    )


def given_away(stock: int, tries: int) -> str:
    """Many ask for a gift of which there are a few."""
    cast, found = town(40)
    with scope.everything():
        shop = fill(cast)
        actions.set_policy(gifts_per_year=1_000, by=TESTS, at=NOON)
        shop.stock(shop.pot, stock - 2)

    def work(worker: int, n: int) -> str:
        try:
            with scope.everything():
                actions.ask(
                    found[(worker + n) % 40], shop.pot, place=cast.willow, occasion="birthday",
                    reason="x", key=f"{worker}-{n}", by=TESTS, at=NOON,
                )  # fmt: skip
            return "asked"
        except Refused as error:
            return type(error).__name__

    told, _seconds = at_once(WORKERS, tries // WORKERS, work)

    with scope.everything():
        assert told == {"asked": stock, "NoneLeft": sum(told.values()) - stock}
        assert Stock.objects.get(gift=shop.pot, place=cast.willow).held == 0
        assert Present.objects.count() == stock
    return f"{sum(told.values()):,} requests for {stock} gifts: {told['asked']}, 0 below zero"


def test_of_many_tries_for_a_few_coupons_a_few_come_through() -> None:
    offered(10, 96, 50, limit=0)


def test_at_once_nobody_gets_more_than_one_may_have() -> None:
    offered(40, 96, 12, limit=1)


def test_a_coupon_is_taken_once_however_many_try() -> None:
    taken(10, 96)


def test_the_database_alone_takes_a_coupon_once() -> None:
    without_the_program(10, 96)


def test_a_quota_holds_at_many_counters() -> None:
    used(3, 48)


def test_a_shelf_is_emptied_once() -> None:
    given_away(5, 48)


@pytest.mark.drill
def test_a_thousand_tries_for_a_hundred_coupons() -> None:
    print(f"\npromise 11: {offered(100, 1008, 300, limit=1)}")  # noqa: T201 - a drill's figure


@pytest.mark.drill
def test_a_thousand_redemptions_of_a_hundred_coupons() -> None:
    print(f"\npromise 11: {taken(100, 1008)}")  # noqa: T201 - a drill prints its figure


@pytest.mark.drill
def test_a_thousand_bare_redemptions_of_a_hundred_coupons() -> None:
    print(f"\npromise 11: {without_the_program(100, 1008)}")  # noqa: T201 - a drill's figure


@pytest.mark.drill
def test_a_thousand_uses_of_a_quota_and_requests_for_a_shelf() -> None:
    print(f"\nquota: {used(5, 1008)}")  # noqa: T201 - a drill prints its figure


@pytest.mark.drill
def test_a_thousand_requests_for_a_shelf() -> None:
    print(f"\nstock: {given_away(20, 1008)}")  # noqa: T201 - a drill prints its figure

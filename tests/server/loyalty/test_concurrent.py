"""Promise 7: many redeem from one balance at once; it is never overdrawn, and adds up."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from tests.server.loyalty.conftest import faults
from tests.server.overlap import overlapping

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.loyalty.actions import points
from regulars.server.loyalty.actions.members import join
from regulars.server.loyalty.actions.points import SPEND
from regulars.server.loyalty.models import Account, Programme
from regulars.testing.cast import NOON, TESTS, TODAY, assemble

pytestmark = pytest.mark.django_db(transaction=True)
Spend = Callable[[Any, int, int], str]


def rich(points_: int, lots: int = 10) -> Customer:
    """A committed member with points in some lots."""
    with scope.everything():
        cast = assemble()
        Programme.objects.create(pk=1, name="积分", prefix="600", began_on=TODAY)
        join(cast.li, by=TESTS, at=NOON)
        join(cast.qian, by=TESTS, at=NOON)
        for n in range(lots):
            points.earn(
                cast.li, points=points_ // lots, key=f"lot-{n}", by=TESTS, at=NOON,
                expires_on=TODAY + timedelta(days=100 + n),
            )  # fmt: skip
    return cast.li


def at_once(
    workers: int, each: int, work: Callable[[int, int], str]
) -> tuple[Counter[str], float]:
    """Let some threads do the same; what came of it, and in how many seconds."""
    told: Counter[str] = Counter()
    gate, lock = threading.Barrier(workers + 1), threading.Lock()

    def run(worker: int) -> None:
        mine: Counter[str] = Counter()
        gate.wait()
        for n in range(each):
            mine[work(worker, n)] += 1
        with lock:
            told.update(mine)
        connections.close_all()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(workers)]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    return told, time.perf_counter() - began


def straight(account: Account, workers: int) -> tuple[Spend, list[Any]]:
    """The statement of a redemption through connections of its own, one round trip each."""
    given = connection.get_connection_params()
    links = []
    for _ in range(workers):
        named = {k: given[k] for k in ("host", "user", "password", "dbname") if k in given}
        link = psycopg.connect(**named, autocommit=True)
        link.execute("select set_config('app.scope', 'all', false)")
        links.append(link)

    def spend(link: Any, worker: int, n: int) -> str:
        key = f"w{worker}-{n}"
        asked = [key, key, key[:12], account.pk, 1 + n % 5, "", "system:tests", NOON, TODAY]
        return str(link.execute(SPEND, asked).fetchone()[0])

    return spend, links


def storm(workers: int, each: int, held: int) -> str:
    li = rich(held)
    with scope.everything():
        account = Account.objects.get(customer=li, currency="points")
    spend, links = straight(account, workers)
    told, seconds = at_once(workers, each, lambda worker, n: spend(links[worker], worker, n))
    for link in links:
        link.close()
    asked = workers * sum(1 + n % 5 for n in range(each))
    with scope.everything():
        account.refresh_from_db()
        assert (faults(), account.owed) == ([], 0)
        assert account.active >= 0
        if asked <= held:
            assert (told["short"], account.active) == (0, held - asked)
        else:
            assert told["short"] > 0
            assert account.active < 5
    tries = sum(told.values())
    load = os.getloadavg()[0]
    return (
        f"{tries:,} redemptions over {workers} connections on one balance: "
        f"{told['done']:,} done, {told['short']:,} refused, 0 violations, "
        f"{tries / seconds:,.0f}/s (load {load:.1f})"
    )


def test_many_redeem_from_one_balance_and_never_more_than_there_is() -> None:
    storm(8, 40, 600)


def test_the_whole_action_is_as_safe_as_its_statement() -> None:
    li = rich(50)

    def work(worker: int, n: int) -> str:
        try:
            with scope.everything():
                points.redeem(li, points=3, key=f"{worker}-{n}", by=TESTS, at=NOON)
            return "done"
        except points.NotEnough:
            return "short"

    told, _seconds = at_once(6, 5, work)

    with scope.everything():
        assert told == {"done": 16, "short": 14}
        assert Account.objects.get(customer=li, currency="points").active == 2
        assert faults() == []


def test_two_with_one_key_are_one() -> None:
    li = rich(50)
    answers: list[Any] = []

    def redeem() -> None:
        made = points.redeem(li, points=30, key="till-1", by=TESTS, at=NOON)
        answers.append((made.again, made.answer))

    assert overlapping(redeem, redeem) == ["", ""]
    with scope.everything():
        assert sorted(again for again, _ in answers) == [False, True]
        assert answers[0][1] == answers[1][1]
        assert Account.objects.get(customer=li, currency="points").active == 20


def test_two_who_give_to_each_other_do_not_wait_for_ever() -> None:
    li = rich(50)
    with scope.everything():
        qian = Customer.objects.get(number="0003")
        points.earn(qian, points=50, key="q", by=TESTS, at=NOON)

    told = overlapping(
        lambda: points.transfer(li, qian, points=10, key="a", by=TESTS, at=NOON),
        lambda: points.transfer(qian, li, points=20, key="b", by=TESTS, at=NOON),
    )

    with scope.everything():
        assert (told, faults()) == (["", ""], [])
        assert Account.objects.get(customer=li, currency="points").active == 60


@pytest.mark.drill
def test_ten_thousand_redemptions_from_one_balance() -> None:
    """At 1,000 a second and more, on two cores and whatever else runs on them."""
    print(f"\npromise 7: {storm(32, 313, 30_000)}")  # noqa: T201 - a drill prints its figure


@pytest.mark.drill
def test_ten_thousand_redemptions_of_more_than_there_is() -> None:
    print(f"\npromise 7: {storm(32, 313, 10_000)}")  # noqa: T201 - a drill prints its figure


@pytest.mark.drill
def test_the_whole_action_at_once() -> None:
    li = rich(100_000)

    def work(worker: int, n: int) -> str:
        with scope.everything():
            points.redeem(li, points=3, key=f"{worker}-{n}", by=TESTS, at=NOON)
        return "done"

    told, seconds = at_once(8, 250, work)

    with scope.everything():
        assert faults() == []
        assert Account.objects.get(customer=li, currency="points").active == 94_000
    rate = told["done"] / seconds
    print(f"\npromise 7: {told['done']:,} whole actions with audit: {rate:,.0f}/s")  # noqa: T201

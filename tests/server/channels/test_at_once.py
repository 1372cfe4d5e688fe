"""Many at once: the caps hold, and an acknowledged no is honoured by all that had not begun."""

from __future__ import annotations

import random
import sys
import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection, connections

from regulars.server.channels import actions, loading
from regulars.server.channels.models import Decision
from regulars.server.channels.rules.policy import Ask
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.customers import loading as files
from regulars.server.customers.models import Customer
from regulars.testing.cast import NOON, TESTS, Cast, assemble, customer


def agreed(cast: Cast, number: str) -> Customer:
    found = customer(number, "客户", cast.mei_book, phone="10100000009")
    actions.record_consent(
        found, purpose="marketing", channel="sms", said="given", source="form", evidence="e",
        by=TESTS, at=NOON - timedelta(days=60),
    )  # fmt: skip
    return found


def together(*works: Callable[[], None]) -> None:
    def closing(work: Callable[[], None]) -> None:
        try:
            work()
        finally:
            connections.close_all()

    threads = [threading.Thread(target=closing, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_ask_at_once_no_more_are_let_through_than_the_cap() -> None:
    with scope.everything():
        cast = assemble()
        li = agreed(cast, "0200")
        actions.set_policy({"caps": {"day": 3, "week": 3, "month": 3}}, by=TESTS, at=NOON)

    def work() -> None:
        for _ in range(4):
            with scope.everything():
                actions.check(li, Ask("sms", "marketing", NOON), by=TESTS, at=NOON)

    together(*[work] * 4)

    with scope.everything():
        assert Decision.objects.filter(allowed=True).count() == 3
        assert Decision.objects.filter(rule="cap").count() == 13


@pytest.mark.drill
@pytest.mark.django_db(transaction=True)
def test_no_message_begins_after_its_withdrawal_was_acknowledged() -> None:
    """3,000 messages wait; half of the customers say no while they go out."""
    people, each = 1_000, 3
    with scope.everything():
        cast = assemble()
        rows = [{"number": f"D{n:05}", "name": "客户"} for n in range(people)]
        files.load(rows, ["number", "name"], default_book=cast.mei_book, origin="import:d.csv",
                   by=TESTS, at=NOON)  # fmt: skip
        said = [loading.Said(row["number"], "marketing", "sms", yes=True) for row in rows]
        loading.bring_consents(said, origin="d.csv", evidence="box 1", by=TESTS, at=NOON)
        keys = Customer.objects.filter(number__startswith="D").values_list("pk", flat=True)
        waiting = Decision.objects.bulk_create(
            Decision(
                customer_id=key, channel="sms", purpose="marketing", at=NOON, decided_at=NOON,
                actor="t", allowed=True, pack="cn-bank", pack_version=1, policy_version=0,
                holds_until=NOON + timedelta(days=1),
            )
            for key in keys
            for _ in range(each)
        )  # fmt: skip
    dice = random.Random(14)
    dice.shuffle(waiting)
    leaving = dice.sample(sorted({one.customer_id for one in waiting}), people // 2)
    acknowledged: dict[int, float] = {}
    begun: list[tuple[int, float]] = []

    def withdraw() -> None:
        for key in leaving:
            with scope.everything():
                who = Customer.objects.get(pk=key)
                actions.refuse_all(who, source="reply", by=TESTS, at=NOON)
            acknowledged[key] = time.monotonic()  # committed: the answer is on its way

    def send() -> None:
        for one in waiting:
            started = time.monotonic()
            with scope.everything():
                went = actions.begin(one, at=NOON)
            if went:
                begun.append((one.customer_id, started))

    together(withdraw, send)

    late = sum(started > acknowledged.get(key, float("inf")) for key, started in begun)
    sys.stdout.write(
        f"\n{len(waiting)} messages, {len(leaving)} withdrew, {len(begun)} begun, {late} late\n"
    )
    assert late == 0
    assert 0 < len(begun) < len(waiting)


@pytest.mark.django_db
def test_a_file_of_consents_does_not_read_the_ledger_once_per_customer(as_system: Cast) -> None:
    """Sessions keep plans: one made for a tiny ledger must not serve for a large one."""
    for n in range(12):
        agreed(as_system, f"02{n:02}")
        if n == 1:
            core.refresh_statistics("channels_consent")
    people = 1_500
    rows = [{"number": f"D{n:05}", "name": "客户"} for n in range(people)]
    files.load(rows, ["number", "name"], default_book=as_system.mei_book, origin="import:d.csv",
               by=TESTS, at=NOON)  # fmt: skip
    said = [loading.Said(row["number"], "marketing", "sms", yes=True) for row in rows]
    before = walked()

    loading.bring_consents(said, origin="d.csv", evidence="box 1", by=TESTS, at=NOON)

    assert Customer.objects.filter(consents={"sms": True}).count() >= people
    assert walked() - before < 20 * people


def walked() -> int:
    """How many customers and entries this transaction read in their order on disk."""
    with connection.cursor() as db:
        db.execute(
            "select sum(seq_tup_read) from pg_stat_xact_user_tables "
            "where relname in ('channels_consent', 'customers_customer')"
        )
        return int(db.fetchone()[0])

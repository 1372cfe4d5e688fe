"""What somebody has in hand while its file goes into another one: it is done all the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from tests.server.overlap import overlapping

from regulars.server.alerts import actions as alerts
from regulars.server.care import actions as care
from regulars.server.care.models import Card
from regulars.server.channels import actions as channels
from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.audit import WORKER
from regulars.server.customers.models import Customer
from regulars.server.identity import actions as identity
from regulars.server.rewards import actions as rewards
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

Work = Callable[[], object]


@pytest.mark.django_db(transaction=True)
def test_what_is_done_while_two_files_become_one_is_done() -> None:
    """One test of many meetings: a database that is emptied after each would take minutes."""
    with scope.everything():
        cast = assemble()
    told = {}
    for number, (name, begin) in enumerate(MEETINGS.items(), start=11):
        with scope.everything():
            other = stage.customer(f"{number:04}", "李娜", cast.mei_book)
            work = begin(cast, other)
        told[name] = overlapping(_merge(cast, other), work)

    assert told == {name: ["", ""] for name in MEETINGS}


def _merge(cast: Cast, other: Customer) -> Work:
    return lambda: identity.merge(cast.li, other, by=WORKER, at=NOON)


def _alert(cast: Cast, other: Customer) -> Work:
    made = alerts.raise_(
        kind="large_movement", key="test", customer=other, level=5, facts={"amount": "720000"},
        by=TESTS, at=NOON,
    )  # fmt: skip
    assert made is not None
    return lambda: alerts.acknowledge(made, by=cast.mei, at=NOON)


def _gift(cast: Cast, other: Customer) -> Work:
    tea = rewards.write_gift(
        code="G01", name="茶叶", unit_cost=Decimal(48), condition="none", by=TESTS, at=NOON
    )
    rewards.arrive(tea, cast.willow, 1, by=TESTS, at=NOON)
    made = rewards.ask(
        other, tea, place=cast.willow, occasion="birthday", reason="60", key="k", by=cast.mei,
        at=NOON,
    )  # fmt: skip
    return lambda: rewards.withdraw(made, by=cast.mei, at=NOON)


def _touched(cast: Cast, other: Customer) -> Touch:
    return channels.record_touch(
        other, channel="call", outcome="reached", two_way=True, by=cast.mei, at=NOON
    )


def _promise(cast: Cast, other: Customer) -> Work:
    card = Card.objects.create(
        customer=other, book=cast.mei_book, day=TODAY, priority=3, due_on=TODAY, state="done",
        touch=_touched(cast, other), closed_by=cast.mei, closed_at=NOON, outcome="reached",
    )  # fmt: skip
    return lambda: care.promise_on(
        card, text="send the written quote", due_on=TODAY + timedelta(days=2), by=cast.mei,
        at=NOON,
    )  # fmt: skip


def _contact(cast: Cast, other: Customer) -> Work:
    touch = _touched(cast, other)
    return lambda: care.undo_contact(touch, by=cast.mei, at=NOON)


MEETINGS = {"alert": _alert, "gift": _gift, "promise": _promise, "contact": _contact}

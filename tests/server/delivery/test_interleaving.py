"""Promise 15: whatever happens at once, everybody of a mailing has one message or a reason."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from tests.server.delivery.conftest import TOMORROW, Office, draft, states

from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.identity import actions as identity
from regulars.testing.cast import NOON, TESTS

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]
LIVES, PEOPLE, STEPS = 50, 12, 8


def life(office: Office, seed: int) -> Counter[str]:
    """Two senders and a person who pauses, goes on, lays down again and merges, all at once."""
    moments, people = random.Random(seed), office.people(PEOPLE)
    with scope.everything():
        mailing = actions.make_mailing(
            f"life-{seed}", name="life", line=office.line, purpose="service",
            not_before=NOON, valid_until=TOMORROW, by=TESTS, at=NOON,
        )  # fmt: skip
        actions.lay(mailing, [draft(one) for one in people], at=NOON)

    def person() -> None:
        for _ in range(STEPS):
            moments.choice([pause, go_on, again, again, merge])()

    def pause() -> None:
        with scope.everything():
            actions.pause(mailing, why="looking", by=TESTS, at=NOON)

    def go_on() -> None:
        with scope.everything():
            actions.resume(mailing, by=TESTS, at=NOON)

    def again() -> None:
        with scope.everything():
            some = moments.sample(people, 4)
            standing = Customer.objects.standing().filter(pk__in=[one.pk for one in some])
            actions.lay(mailing, [draft(one) for one in standing], at=NOON)

    def merge() -> None:
        with scope.everything():
            standing = Customer.objects.standing().filter(pk__in=[one.pk for one in people])
            pair = list(standing.order_by("pk"))
            if len(pair) > PEOPLE // 2:
                survivor, loser = moments.sample(pair, 2)
                identity.merge(survivor, loser, by=TESTS, at=NOON)

    _at_once([lambda: office.send(), lambda: office.send(), person])
    with scope.everything():
        actions.resume(mailing, by=TESTS, at=NOON)
        actions.complete(mailing, by=TESTS, at=NOON)
    for _ in range(2):
        office.send(at=office.now + timedelta(minutes=1))
    with scope.everything():
        assert Mailing.objects.get(pk=mailing.pk).state == "done"
        assert Delivery.objects.filter(mailing=mailing).count() == PEOPLE
        silent = Delivery.objects.filter(mailing=mailing, begun_at__isnull=True, reason="")
        assert not silent.exists(), "who gets nothing knows why"
    return Counter(states(mailing))


def test_fifty_lives_double_and_skip_nobody(office: Office) -> None:
    ends: Counter[str] = Counter()
    for seed in range(LIVES):
        ends += life(office, seed)

    doubled = [
        to for to, times in Counter(t.to for t in office.server.took).items() if times > 1
    ]
    print(  # noqa: T201 - a drill prints its figure
        f"\npromise 15: {LIVES} lives of {PEOPLE} people, two senders, pauses, merges, laid "
        f"down again: {len(doubled)} doubled; {dict(ends)}"
    )
    assert doubled == []
    assert ends.total() == LIVES * PEOPLE
    assert ends["sent"] == len(office.server.took)


def _at_once(works: list[Callable[[], object]]) -> None:
    broken: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            work()
        except BaseException as error:
            broken.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if broken:
        raise broken[0]

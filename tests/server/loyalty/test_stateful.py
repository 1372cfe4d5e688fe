"""Promises 8 to 10: lives against plain Python, repeated requests, refunds in any order."""

from __future__ import annotations

import os
import random
import time
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.loyalty.conftest import faults, later
from tests.server.loyalty.model import World

from regulars.server.loyalty import actions
from regulars.server.loyalty.actions import AnotherRequest, NotEnough
from regulars.server.loyalty.models import Account, Lot, Movement, Programme
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
STEPS = st.sampled_from(
    ["earn", "redeem", "give_back", "reverse", "transfer", "debit", "credit", "later", "replay",
     "merge", "part"]
)  # fmt: skip


def world(cast: Cast, seed: int) -> World:
    people = [stage.customer(f"W{seed}-{n}", "某某", cast.mei_book) for n in range(3)]
    return World(people, seed)


def lives(cast: Cast, programme: Programme, worlds: int, steps: int) -> str:
    began, counted = time.perf_counter(), Counter[str]()
    for seed in range(worlds):
        with transaction.atomic():
            life = world(cast, seed)
            for _ in range(steps):
                counted[life.step()] += 1
            transaction.set_rollback(True)
    seconds = time.perf_counter() - began
    told = ", ".join(f"{n} {what}" for what, n in sorted(counted.items()))
    total = sum(counted.values())
    load = os.getloadavg()[0]
    return f"{total:,} random steps, 0 violations, {seconds:.0f} s (load {load:.1f}): {told}"


def test_some_random_lives_go_as_plain_python_says(
    as_system: Cast, programme: Programme
) -> None:
    lives(as_system, programme, 3, 60)


@settings(
    max_examples=15, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(st.lists(STEPS, min_size=5, max_size=25), st.integers(0, 10_000))
def test_any_order_of_steps_goes_as_plain_python_says(
    as_system: Cast, programme: Programme, steps: list[str], seed: int
) -> None:
    with transaction.atomic():
        life = world(as_system, seed)
        for what in steps:
            life.step(what)
        transaction.set_rollback(True)


@pytest.mark.drill
def test_ten_thousand_random_steps(as_system: Cast, programme: Programme) -> None:
    print(f"\npromise 8: {lives(as_system, programme, 50, 200)}")  # noqa: T201


class Crash(Exception):
    """The server dies after the work and before the commit."""


def repeated(cast: Cast, seed: int) -> str:
    """One request, sent up to five times, after a crash or under another body; one effect."""
    random_ = random.Random(seed)
    one, other = (stage.customer(f"R{seed}{n}", "某某", cast.mei_book) for n in "ab")
    for each in (one, other):
        actions.join(each, by=TESTS, at=NOON)
    lot = actions.earn(one, points=100, key=f"first:{seed}", by=TESTS, at=NOON)
    spent = actions.redeem(one, points=10, key=f"spent:{seed}", by=TESTS, at=NOON)
    points, key = random_.randint(1, 60), f"again:{seed}"
    issued = Lot.objects.get(pk=lot.answer["lot"])
    told: dict[str, Any] = {"key": key, "by": TESTS}
    ways = {
        "earn": lambda p: actions.earn(one, points=p, **told, at=when()),
        "redeem": lambda p: actions.redeem(one, points=p, **told, at=when()),
        "credit": lambda p: actions.credit(one, points=p, **told, at=when()),
        "debit": lambda p: actions.debit(one, points=p, **told, at=when()),
        "transfer": lambda p: actions.transfer(one, other, points=p, **told, at=when()),
        "reverse": lambda p: actions.reverse(issued, points=p, **told, at=when()),
        "give_back": lambda p: actions.give_back(
            spent.movement, points=1 + p % 9, **told, at=when()
        ),
    }

    def when() -> Any:  # a repetition comes seconds to days later
        return NOON + timedelta(seconds=random_.randrange(200_000))

    what = random_.choice(sorted(ways))
    if random_.random() < 0.3:
        try:
            with transaction.atomic():
                ways[what](points)
                raise Crash
        except Crash:
            assert not Movement.objects.filter(key=key).exists()
    first = ways[what](points)
    after = list(Account.objects.order_by("pk").values("active", "pending", "owed"))
    for _ in range(random_.randint(1, 4)):
        again = ways[what](points)
        assert again.answer == dict(first.answer)
        assert again.movement == first.movement
    try:
        with transaction.atomic():
            ways[what](points + 1)
        raise AssertionError("another body under one key")
    except AnotherRequest:
        pass
    assert list(Account.objects.order_by("pk").values("active", "pending", "owed")) == after
    return what


def repeat(cast: Cast, cases: int) -> str:
    began, counted = time.perf_counter(), Counter[str]()
    for seed in range(cases):
        with transaction.atomic():
            counted[repeated(cast, seed)] += 1
            transaction.set_rollback(True)
    told = ", ".join(f"{n} {what}" for what, n in sorted(counted.items()))
    seconds, load = time.perf_counter() - began, os.getloadavg()[0]
    return f"{cases:,} requests repeated, {seconds:.0f} s (load {load:.1f}): {told}"


def test_repeated_requests_have_one_effect(as_system: Cast, programme: Programme) -> None:
    repeat(as_system, 20)


@pytest.mark.drill
def test_two_thousand_repeated_requests(as_system: Cast, programme: Programme) -> None:
    print(f"\npromise 9: {repeat(as_system, 2000)}")  # noqa: T201 - a drill prints its figure


def refunded(cast: Cast, seed: int) -> str:
    """A life with a purchase that is refunded, beside the same life without that purchase."""
    random_ = random.Random(seed)
    lots = [(random_.randrange(8), random_.randint(5, 80), random_.choice([4, 9, 20, None]))
            for _ in range(random_.randint(0, 4))]  # fmt: skip
    spends = [(random_.randrange(12), random_.randint(1, 90)) for _ in range(3)]
    bought = (random_.randrange(6), random_.randint(5, 80), random_.choice([4, 9, 20, None]))
    back = bought[0] + random_.randrange(10)
    real, spent = _life(cast, f"{seed}a", lots, spends, bought, back)
    plain, also = _life(cast, f"{seed}b", lots, spends, None, 0, only=spent)

    net, other = real.active - real.owed, plain.active - plain.owed
    theirs = Lot.objects.filter(account=real, ref="other")
    ended = sum(theirs.values_list("expired", flat=True))
    plainly = sum(Lot.objects.filter(account=plain).values_list("expired", flat=True))
    assert not (real.active and real.owed)  # a debt is paid as long as there is anything
    if also == spent:
        # Exactly what else ended, because the refunded points were used in its place.
        assert net - other == plainly - ended
        return "equal" if net == other else "ended meanwhile"
    missing = sum(spent.values()) - sum(also.values())
    assert net - (other - missing) == plainly - ended
    return "owed" if real.owed else "paid by others"


def _life(
    cast: Cast, name: str, lots: Any, spends: Any, bought: Any, back: int,
    only: dict[int, int] | None = None,
) -> tuple[Account, dict[int, int]]:  # fmt: skip
    """Play the days; return the account and which of the spendings went through."""
    who = stage.customer(f"P{name}", "某某", cast.mei_book)
    actions.join(who, by=TESTS, at=NOON)
    done: dict[int, int] = {}
    issued: Lot | None = None
    for day in range(45):
        at, first = later(day), TODAY + timedelta(days=day)
        for n, (on, points, lasts) in enumerate([*lots, *([bought] if bought else [])]):
            if on == day:
                own = bought is not None and n == len(lots)
                made = actions.earn(
                    who, points=points, key=f"{name}e{n}", by=TESTS, at=at,
                    ref="refunded" if own else "other",
                    expires_on=first + timedelta(days=lasts) if lasts else None,
                )  # fmt: skip
                issued = Lot.objects.get(pk=made.answer["lot"]) if own else issued
        for n, (on, points) in enumerate(spends):
            if on == day and (only is None or n in only):
                try:
                    with transaction.atomic():
                        actions.redeem(who, points=points, key=f"{name}s{n}", by=TESTS, at=at)
                    done[n] = points
                except NotEnough:
                    pass
        if issued is not None and day == back:
            actions.reverse(issued, key=f"{name}r", by=TESTS, at=at)
            assert actions.reverse(issued, key=f"{name}r", by=TESTS, at=at).again
    actions.due(by=TESTS, at=later(60))
    return Account.objects.get(customer=who, currency="points"), done


def refund(cast: Cast, cases: int) -> str:
    began, counted = time.perf_counter(), Counter[str]()
    for seed in range(cases):
        with transaction.atomic():
            counted[refunded(cast, seed)] += 1
            if seed % 50 == 0:
                assert faults() == []
            transaction.set_rollback(True)
    told = ", ".join(f"{n} {what}" for what, n in sorted(counted.items()))
    seconds, load = time.perf_counter() - began, os.getloadavg()[0]
    return f"{cases:,} lives with a refund, {seconds:.0f} s (load {load:.1f}): {told}"


def test_a_refunded_purchase_leaves_what_there_would_be_without_it(
    as_system: Cast, programme: Programme
) -> None:
    refund(as_system, 25)


@pytest.mark.drill
def test_two_thousand_refunds_in_any_order(as_system: Cast, programme: Programme) -> None:
    print(f"\npromise 10: {refund(as_system, 2000)}")  # noqa: T201 - a drill prints its figure

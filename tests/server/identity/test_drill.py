"""Promise 19: a merge never loosens a consent and loses nothing; an unmerge restores."""

from __future__ import annotations

import random
import time
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import transaction

from regulars.server.care.models import Card, Task
from regulars.server.channels import actions as channels
from regulars.server.core import custody
from regulars.server.core.audit import WORKER
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.evidence import actions as evidence
from regulars.server.identity import actions, queries
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db
RANK = {False: 0, None: 1, True: 2}
CHANNELS = ("sms", "call", "wecom", "email")


def somebody(cast: Cast, random_: random.Random, number: str) -> Customer:
    """A file with whatever comes: values, answers, stops."""

    def perhaps(value: Any, blank: Any = "") -> Any:
        return value if random_.random() < 0.6 else blank

    said = {c: random_.choice([True, False]) for c in CHANNELS if random_.random() < 0.5}
    return stage.customer(
        number,
        random_.choice(["孟小雨", "孟晓宇"]),
        random_.choice([cast.mei_book, cast.willow_pool, cast.tao_book]),
        phone=perhaps(f"138{random_.randrange(10**8):08d}"),
        email=perhaps(f"{number.lower()}@example.com"),
        birth_date=perhaps(date(1980, random_.randint(1, 12), 3), None),
        address=perhaps(f"{random_.randrange(99)}号"),
        note=perhaps("a word"),
        tags=random_.sample(["a", "b", "c"], random_.randrange(3)),
        consents=said,
        blocked_channels=random_.sample(CHANNELS, random_.randrange(2)),
        do_not_contact=random_.random() < 0.1,
        no_profiling=random_.random() < 0.1,
        deceased_on=perhaps(None, None) if random_.random() < 0.9 else TODAY,
    )


def live(cast: Cast, random_: random.Random, one: Customer, other: Customer) -> None:
    """Give both a past: contacts, ties, cards, notes, a group."""
    for customer in (one, other):
        for _ in range(random_.randrange(3)):
            at = NOON - timedelta(days=random_.randrange(200))
            channels.record_touch(
                customer, channel="call", outcome="reached", by=cast.mei, at=at, two_way=True
            )
        if random_.random() < 0.5:
            customers.relate(customer, cast.qian, "spouse", by=WORKER, at=NOON)
        if random_.random() < 0.4:
            customers.relate(cast.li, customer, "guarantor", by=WORKER, at=NOON)
        if random_.random() < 0.5:
            evidence.note(
                customer, "offer", by=cast.mei, at=NOON, words="", competitor="X",
                reason="rate", source="said", amount=None, expires_on=None,
            )  # fmt: skip
        for days in random_.sample(range(3), random_.randrange(3)):
            card_of(customer, TODAY + timedelta(days=days), random_.choice(["birthday", "x"]))


def card_of(customer: Customer, day: date, trigger: str) -> None:
    waits = Card.objects.filter(customer=customer, state="open").exists()
    card = Card.objects.create(
        customer=customer, book=customer.book, day=day, priority=5, due_on=day,
        state="done" if waits else "open",
    )  # fmt: skip
    cycle = str(day) if trigger == "x" else f"2026-{day.day}"
    Task.objects.create(
        card=card, customer=customer, trigger=trigger, cycle=cycle, priority=5, due_on=day,
        expires_on=day, made_at=NOON,
    )  # fmt: skip


def rows() -> dict[str, list[Any]]:
    """Every row that names a customer, with the customer it names."""
    return {
        kept.key: list(kept.model._base_manager.order_by("pk").values_list("pk", kept.name))
        for kept in custody.all_rows()
        if kept.key not in LEFT_OUT
    }


# The ledger and the history grow with every change, and search entries are made anew.
LEFT_OUT = {
    "customers.CustomerSearch.customer",
    "customers.History.customer",
    "channels.Consent.customer",
    "identity.Merge.survivor",
    "identity.Merge.loser",
}


def one_example(cast: Cast, seed: int) -> tuple[int, int]:
    """Merge two and take it back; return how many consents loosened and rows were lost."""
    random_ = random.Random(seed)
    one, other = (somebody(cast, random_, f"{n}{seed}") for n in "AB")
    live(cast, random_, one, other)
    one.refresh_from_db()
    other.refresh_from_db()
    before, values = rows(), [queries.plain(queries.values(each)) for each in (one, other)]
    said = [dict(each.consents) for each in (one, other)]

    made = actions.merge(one, other, by=WORKER, at=NOON + timedelta(hours=1))

    one.refresh_from_db()
    loose = sum(
        RANK[one.consents.get(c)] != min(RANK[each.get(c)] for each in said) for c in CHANNELS
    )
    after = rows()
    lost = sum({pk for pk, _ in before[key]} != {pk for pk, _ in after[key]} for key in before)
    left = {pk for key in after for pk, who in after[key] if who == other.pk}
    told = {pk for story in made.story["rows"].values() for pk in story["stayed"]}
    lost += len(left - told - stayed_cards(made))

    actions.unmerge(made, by=WORKER, at=NOON + timedelta(hours=2))
    one.refresh_from_db()
    other.refresh_from_db()
    assert rows() == before, seed
    for each, was in zip((one, other), values, strict=True):
        now = queries.plain(queries.values(each))
        assert {k: v for k, v in now.items() if v != was[k]} == {}, (seed, was)
    return loose, lost


def stayed_cards(made: Any) -> set[int]:
    story = made.story["duties"]["care.cards"]
    stayed = Card.objects.filter(customer=made.loser).values_list("pk", flat=True)
    return {*story["closed_cards"], *story["closed_tasks"], *stayed, *_stayed_tasks(made)}


def _stayed_tasks(made: Any) -> list[int]:
    return list(Task.objects.filter(customer=made.loser).values_list("pk", flat=True))


def run(cast: Cast, count: int) -> str:
    began = time.perf_counter()
    loose = lost = 0
    for seed in range(count):
        with transaction.atomic():
            found = one_example(cast, seed)
            loose, lost = loose + found[0], lost + found[1]
            transaction.set_rollback(True)
    seconds = time.perf_counter() - began
    assert (loose, lost) == (0, 0)
    told = f"{loose} loosened consents, {lost} lost rows, all restored"
    return f"{count} merges: {told}; {seconds:.0f} s"


def test_merges_lose_nothing_and_come_back(as_system: Cast) -> None:
    run(as_system, 12)


@pytest.mark.drill
def test_a_thousand_merges_lose_nothing_and_come_back(as_system: Cast) -> None:
    print(f"\npromise 19: {run(as_system, 1000)}")  # noqa: T201 - a drill prints its figure

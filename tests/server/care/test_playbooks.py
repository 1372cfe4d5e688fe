"""Steps after a purchase come on their days, once, with questions whose answers are kept."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Given, event, held, moved, put

from regulars.server.care import actions, queries
from regulars.server.care.models import Answer, Task
from regulars.server.content import queries as content
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]
Steps = list[tuple[str, date]]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def day(days: int) -> date:
    return TODAY + timedelta(days=days)


def given(world: World, **facts: object) -> Customer:
    ((customer, _given),) = put(world, [Given(**facts)])  # type: ignore[arg-type]
    return customer


def steps(customer: Customer, **of: object) -> Steps:
    """Key and deadline of the steps that were made."""
    found = Task.objects.filter(customer=customer, trigger="playbook_step", **of)
    return [(task.facts["key"], task.due_on) for task in found.order_by("pk")]


def step_days(code: str) -> list[int]:
    rows = content.playbook_steps()
    return sorted({row.day for row in rows if row.playbook == code})


@pytest.fixture
def deposit(world: World) -> Customer:
    """A deposit that was opened yesterday."""
    return given(world, holdings=[held("deposit", opened=-1, matures=364)])


def test_done_steps_are_followed_by_the_next_and_none_comes_twice(
    world: World, deposit: Customer
) -> None:
    days = step_days("bank-deposit-opened")
    for n in (each - 1 for each in days):  # it was opened yesterday
        world.plan(day(n))
        for card in {t.card for t in world.tasks(deposit) if t.card.state == "open"}:
            actions.record_outcome(
                card, outcome="reached", step="done", by=world.cast.mei,
                at=NOON + timedelta(days=n),
            )  # fmt: skip
        world.plan(day(n))

    assert [int(t.facts["count"]) for t in _all()] == days


def _all() -> list[Task]:
    return list(Task.objects.filter(trigger="playbook_step").order_by("pk"))


def test_a_purchase_learned_late_does_not_fire_steps_of_long_ago(world: World) -> None:
    days = step_days("bank-deposit-opened")
    customer = given(world, holdings=[held("deposit", opened=-(max(days) + 12), matures=364)])

    world.plan()

    assert steps(customer) == []


def test_what_was_closed_again_is_followed_by_nothing(world: World) -> None:
    customer = given(world, holdings=[held("deposit", opened=-1, matures=364, closed=0)])

    world.plan()

    assert steps(customer) == []


def test_who_refused_is_left_in_peace_by_the_further_steps(
    world: World, deposit: Customer
) -> None:
    world.plan()
    (task,) = _all()
    actions.record_outcome(
        task.card, outcome="reached", step="refused_all", by=world.cast.mei, at=NOON
    )

    for n in step_days("bank-deposit-opened")[1:]:
        world.plan(day(n - 1))

    assert len(_all()) == 1


def test_while_a_playbook_runs_the_catalogue_does_not_say_the_same(world: World) -> None:
    customer = given(
        world, holdings=[held("deposit", opened=-1, matures=364)], file={"since": day(-1)},
        now={"first_on": day(-1)},
    )  # fmt: skip

    world.plan()

    assert {"new_account", "first_purchase"} & set(world.triggers(customer)) == set()


def test_orders_in_a_row_are_one_sequence_and_a_return_ends_it(world: World) -> None:
    core.change_settings(by=TESTS, at=NOON, content_trades=["retail"])
    Product.objects.create(code="TEA", name="茶", name_en="Tea", kind="goods")

    def sold(days: int, kind: str = "purchase") -> dict[str, object]:
        return moved(kind, days, 100) | {"product": "TEA"}

    ((once, _a), (often, _b), (back, _c)) = put(
        world,
        [
            Given(moves=[sold(-2)]),
            Given(moves=[sold(-9), sold(-2)]),
            Given(moves=[sold(-2), sold(-1, "refund")]),
        ],
    )

    world.plan()

    assert len(steps(once)) == 1
    assert len(steps(back)) == 0
    # The first of the two began it; the second one begins nothing of its own.
    assert {t.happens_on for t in Task.objects.filter(customer=often)} <= {day(-9)}


def test_a_delivery_told_by_an_event_is_followed_too(world: World) -> None:
    core.change_settings(by=TESTS, at=NOON, content_trades=["auto"])
    customer = given(world, events=[event("delivered", -3, ref="CAR-7")])

    world.plan()

    assert [key for key, _due in steps(customer)] == ["d3-wecom"]


# Answers ------------------------------------------------------------------------------------


@pytest.fixture
def satisfied(world: World) -> Customer:
    """A car a week old: its step asks for a score and for words."""
    core.change_settings(by=TESTS, at=NOON, content_trades=["auto"])
    customer = given(world, events=[event("delivered", -7, ref="CAR-7")])
    world.plan()
    return customer


def fields(customer: Customer) -> dict[str, str]:
    """What the contact form calls the two questions."""
    task = Task.objects.get(customer=customer, trigger="playbook_step")
    (step,) = [found[2] for found in queries.questions([task], "en")]
    return {one.kind: f"q-{task.pk}-{one.key}" for one in step.questions}


def post(look: Client, customer: Customer, **more: str) -> object:
    form = {
        "customer": customer.public_id, "channel": "call", "outcome": "reached",
        "topic": "post_sale", **more,
    }  # fmt: skip
    return look.post(reverse("care:contact"), form)


def test_the_form_asks_and_answers_are_kept_by_their_type(
    world: World, satisfied: Customer, client: Client
) -> None:
    client.force_login(world.cast.mei)
    names = fields(satisfied)

    page = client.get(
        f"{reverse('care:contact')}?customer={satisfied.public_id}"
    ).content.decode()
    post(client, satisfied, **{names["score"]: "4", names["text"]: "车门有点紧"})

    scope.set_scope(scope.EVERYBODY)
    assert all(name in page for name in names.values())
    score, words = Answer.objects.order_by("-kind", "pk")[::-1]
    assert (score.kind, score.number, score.low) == ("score", Decimal(4), False)
    assert (words.kind, words.text, words.customer) == ("text", "车门有点紧", satisfied)


def test_an_answer_out_of_range_is_refused_at_its_field(
    world: World, satisfied: Customer, client: Client
) -> None:
    client.force_login(world.cast.mei)

    answer = post(client, satisfied, **{fields(satisfied)["score"]: "9"})

    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 422  # type: ignore[attr-defined]
    assert not Answer.objects.exists()


@pytest.mark.parametrize(("given_", "cards"), [("2", 1), ("3", 0)])
def test_a_low_answer_is_the_managers_card_the_next_morning_once(
    world: World, satisfied: Customer, client: Client, given_: str, cards: int
) -> None:
    client.force_login(world.cast.mei)
    post(client, satisfied, **{fields(satisfied)["score"]: given_})
    scope.set_scope(scope.EVERYBODY)

    world.plan(day(1))
    world.plan(day(1))
    world.plan(day(2))

    found = Task.objects.filter(customer=satisfied, trigger="answer_low")
    assert [task.card.desk for task in found] == ["manager"] * cards


def test_answers_of_others_are_not_to_be_seen(
    world: World, satisfied: Customer, client: Client
) -> None:
    client.force_login(world.cast.mei)
    post(client, satisfied, **{fields(satisfied)["score"]: "1"})
    scope.set_scope(scope.EVERYBODY)

    assert Answer.objects.visible_to(world.cast.mei).count() == 1
    assert Answer.objects.visible_to(world.cast.tao).count() == 0
    client.force_login(world.cast.tao)
    assert "CAR" not in client.get("/coverage/answers").content.decode()
    client.force_login(world.cast.wei)
    assert "1: 1" in client.get("/coverage/answers?period=quarter").content.decode()


def test_answers_stand_on_the_customers_page_and_behind_their_figure(
    world: World, satisfied: Customer, client: Client
) -> None:
    client.force_login(world.cast.mei)
    names = fields(satisfied)
    post(client, satisfied, **{names["score"]: "1", names["text"]: "车门有点紧"})

    page = client.get(reverse("customers:page", args=[satisfied.public_id]))
    scope.set_scope(scope.EVERYBODY)
    one = Answer.objects.get(kind="text")
    rows = client.get(
        reverse("coverage:answer_rows"),
        {"playbook": one.playbook, "step": one.step, "question": one.question,
         "period": "quarter"},
    )  # fmt: skip

    assert "车门有点紧" in page.content.decode()
    assert "1 / 5" in page.content.decode()
    assert "车门有点紧" in rows.content.decode()

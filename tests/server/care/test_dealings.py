"""Dealings with organisations are cards in time: once per cycle, gone when settled."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from tests.server.care.conftest import World

from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.trade import actions as trade
from regulars.server.trade.models import Invoice, JointPlan, Terms
from regulars.server.trade.rules import Line
from regulars.testing.cast import NOON, TESTS, TODAY, customer

pytestmark = pytest.mark.django_db
BY: dict[str, Any] = {"by": TESTS, "at": NOON}
LATER = NOON + timedelta(minutes=1)


@pytest.fixture
def mill(world: World) -> Customer:
    return customer("0100", "柳河面粉厂", world.cast.mei_book, kind="organization")


def bill(mill: Customer, due_on: date, amount: int = 60_000) -> Invoice:
    return trade.bill(
        mill, number=f"F-{due_on}", issued_on=due_on - timedelta(days=30), due_on=due_on,
        amount=Decimal(amount), **BY,
    )  # fmt: skip


def agree(mill: Customer, ends_on: date) -> Terms:
    starts = ends_on - timedelta(days=364)
    return trade.agree(mill, starts_on=starts, ends_on=ends_on, discount=Decimal(5), **BY)


def quote(mill: Customer, until: date) -> Any:
    return trade.make_quote(
        mill, number="Q-9", made_on=TODAY - timedelta(days=20), valid_until=until, sent=True,
        lines=[Line("面粉", Decimal(2), Decimal(500))], **BY,
    )  # fmt: skip


def plan_with(world: World, mill: Customer, next_on: date) -> JointPlan:
    port = customer("0101", "柳河码头", world.cast.mei_book, kind="organization")
    customers.relate(mill, port, "partner", **BY)
    return trade.plan_together(
        mill,
        port,
        aim="联合拼船",
        next_step="谈船期",
        next_on=next_on,
        owner=world.cast.mei,
        **BY,
    )


@pytest.mark.parametrize(("days", "speaks"), [(0, False), (1, True)])
def test_an_invoice_is_a_card_from_the_day_after_it_was_due(
    world: World, mill: Customer, days: int, speaks: bool
) -> None:
    bill(mill, TODAY - timedelta(days=days))

    first, again = world.plan(), world.plan()

    assert (world.triggers(mill) == ["invoice_overdue"]) is speaks
    assert again.counts["tasks"] == 0
    assert first.counts["tasks"] == int(speaks)


@pytest.mark.parametrize(
    ("days", "quiet", "again"), [(1, 6, 7), (7, 14, 15), (15, 29, 30), (30, 59, 60)]
)
def test_an_invoice_that_stays_open_asks_again_at_each_step_and_not_before(
    world: World, mill: Customer, days: int, quiet: int, again: int
) -> None:
    bill(mill, TODAY - timedelta(days=days))
    world.plan()
    Task.objects.update(state="done", closed_at=NOON)

    world.plan(TODAY + timedelta(days=quiet - days))
    assert world.triggers(mill) == []
    world.plan(TODAY + timedelta(days=again - days))

    assert world.triggers(mill) == ["invoice_overdue"]


def test_a_part_payment_leaves_the_rest_on_the_card(world: World, mill: Customer) -> None:
    late = bill(mill, TODAY - timedelta(days=9))
    trade.pay(late, Decimal(20_000), TODAY, today=TODAY, **BY)

    world.plan()

    (task,) = world.tasks(mill)
    assert (task.stake, task.facts["amount"]) == (40_000, "40000.00")
    text = wording.chip(task, Reader("zh-hans", "CNY", TODAY)).text
    assert "4.0 万" in text
    assert "9 天前" in text


def test_terms_that_end_are_a_card_from_half_a_year_before_it(
    world: World, mill: Customer
) -> None:
    agree(mill, TODAY + timedelta(days=181))
    world.plan()
    assert world.triggers(mill) == []

    world.plan(TODAY + timedelta(days=1))

    (task,) = world.tasks(mill)
    assert (task.trigger, task.happens_on) == ("contract_renewal", TODAY + timedelta(days=181))
    assert task.due_on <= TODAY + timedelta(days=10)


def test_a_quote_that_runs_out_unanswered_is_a_card(world: World, mill: Customer) -> None:
    quote(mill, TODAY + timedelta(days=3))

    world.plan()

    # An open quote is interest, too, and has the treatment of that stage.
    assert sorted(world.triggers(mill)) == ["quote_expiring", "stage_entered"]
    task = next(task for task in world.tasks(mill) if task.trigger == "quote_expiring")
    assert task.stake == 1000
    text = wording.chip(task, Reader("en", "CNY", TODAY)).text
    assert "Q-9" in text
    assert "26 Nov" in text


@pytest.mark.parametrize("what", ["paid", "renewed", "answered", "moved", "closed"])
def test_what_was_settled_leaves_the_list(world: World, mill: Customer, what: str) -> None:
    later: dict[str, Any] = {"by": TESTS, "at": LATER}
    if what == "paid":
        late = bill(mill, TODAY - timedelta(days=9))
    elif what == "renewed":
        agree(mill, TODAY + timedelta(days=9))
    elif what == "answered":
        offer = quote(mill, TODAY + timedelta(days=3))
    else:
        plan = plan_with(world, mill, TODAY)
    world.plan()
    assert world.tasks(mill) != []

    if what == "paid":
        trade.pay(late, late.amount, TODAY, today=TODAY, **later)
    elif what == "renewed":
        trade.agree(mill, starts_on=TODAY + timedelta(days=10), payment_days=30, **later)
    elif what == "answered":
        trade.answer_quote(offer, True, **later)
    elif what == "moved":
        trade.move_plan(plan, next_step="签协议", next_on=TODAY + timedelta(days=7), **later)
    else:
        trade.close_plan(plan, result="已签", **later)
    world.plan()

    assert world.tasks(mill) == []


def test_a_step_of_a_joint_plan_comes_back_on_each_new_day(
    world: World, mill: Customer
) -> None:
    plan = plan_with(world, mill, TODAY)

    world.plan()
    (task,) = world.tasks(mill)
    text = wording.chip(task, Reader("zh-hans", "CNY", TODAY)).text
    assert (task.trigger, task.due_on) == ("joint_plan", TODAY)
    assert "柳河码头" in text
    assert "谈船期" in text
    assert str(world.cast.mei) in text

    later = TODAY + timedelta(days=7)
    trade.move_plan(plan, next_step="签协议", next_on=later, by=TESTS, at=LATER)
    world.plan(later)

    assert [t.facts["step"] for t in world.tasks(mill)] == ["签协议"]


def test_without_the_tie_there_is_no_plan(world: World, mill: Customer) -> None:
    port = customer("0101", "柳河码头", world.cast.mei_book, kind="organization")

    with pytest.raises(trade.NotPartners):
        trade.plan_together(mill, port, aim="a", next_step="b", next_on=TODAY, **BY)

"""What falls due in a plan stands on the owner's Today, and leaves it when it is settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.server.plans.conftest import Make, rich, step

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.care.rules.catalogue import Priority
from regulars.server.plans import actions
from regulars.server.plans.models import Plan, Step
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture(autouse=True)
def town(as_system: Cast) -> Cast:
    rich(as_system, as_system.li)
    return as_system


def morning(day: date = TODAY) -> None:
    care.plan(day=day, by=TESTS, at=NOON + (day - TODAY))


def waiting() -> list[Task]:
    found = Task.objects.filter(trigger="care_plan", state=Task.State.OPEN)
    return list(found.select_related("card").order_by("pk"))


def said(task: Task) -> str:
    return wording.chip(task, Reader("zh-hans", "CNY", TODAY)).text


def test_a_step_stands_on_today_when_its_day_comes(as_system: Cast, planned: Make) -> None:
    cast, plan = as_system, planned(days=1)
    step(plan, cast, days=1, text="约行长一起拜访", who=cast.wei)

    morning()
    assert waiting() == []
    morning(TOMORROW)
    morning(TOMORROW)

    own, led = waiting()
    assert (own.card.book, own.due_on) == (cast.mei_book, TOMORROW)
    assert own.card == led.card, "one card a day, with both reasons"
    assert own.priority == Priority.PROMISE, "it was agreed on"
    assert "visit the works" in said(own)
    assert "约行长一起拜访" in said(led)
    assert str(cast.wei) in said(led)


@pytest.mark.parametrize("what", ["done", "dropped", "moved", "given up"])
def test_a_settled_step_leaves_the_list(as_system: Cast, planned: Make, what: str) -> None:
    cast, plan = as_system, planned(days=0)
    only = Step.objects.get()
    morning()
    assert len(waiting()) == 1

    if what == "done":
        actions.do_step(only, by=cast.mei, at=NOON)
    elif what == "dropped":
        actions.drop_step(only, reason="not wanted", by=cast.mei, at=NOON)
    elif what == "moved":
        actions.move_step(only, due_on=TODAY + timedelta(days=5), by=cast.mei, at=NOON)
    else:
        actions.give_up(plan, reason="moved abroad", by=cast.mei, at=NOON)
    morning(TOMORROW)
    assert waiting() == []

    morning(TODAY + timedelta(days=5))
    assert len(waiting()) == (what == "moved")


def test_a_review_and_a_plan_asked_for_stand_there_too(as_system: Cast, planned: Make) -> None:
    cast = as_system
    asked = actions.ask(cast.qian, words="", by=cast.lin, at=NOON)
    plan = planned(days=60)
    Plan.objects.filter(pk=plan.pk).update(next_review_on=TOMORROW)

    morning(TOMORROW)

    found = {task.customer_id: task for task in waiting()}
    assert "复盘" in said(found[cast.li.pk])
    assert "制定计划" in said(found[cast.qian.pk])
    assert found[cast.qian.pk].due_on == asked.asked_for, "from the day on which it was asked"
    assert {task.priority for task in waiting()} == {Priority.GROWTH}, "nobody agreed on it"
    actions.hold(plan, learned="fine", verdict="keep", by=cast.mei, at=NOON)
    morning(TODAY + timedelta(days=2))
    assert {task.customer_id for task in waiting()} == {cast.qian.pk}


def test_a_draft_lays_nothing_on_a_day(as_system: Cast, planned: Make) -> None:
    planned(begun=False, days=0)
    morning()

    assert waiting() == []

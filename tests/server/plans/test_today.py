"""What falls due in a plan stands on the owner's Today, and leaves it when it is settled."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.test import Client
from tests.server.plans.conftest import Make, rich, step

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.care.rules.catalogue import Priority
from regulars.server.core import scope
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


# What a contact does of it -------------------------------------------------------------------


def test_two_clicks_on_its_card_do_the_step_and_one_click_takes_it_back(
    as_system: Cast, planned: Make
) -> None:
    mei, plan = as_system.mei, planned(days=0)
    led = step(plan, as_system, days=0, text="约行长一起拜访", who=as_system.wei)
    own = Step.objects.exclude(pk=led.pk).get()
    morning()
    card = waiting()[0].card

    care.record_outcome(card, outcome="reached", step="done", by=mei, at=NOON)
    own.refresh_from_db(), led.refresh_from_db()

    assert (own.state, own.done_on, own.decided_by) == ("done", TODAY, mei)
    assert own.outcome
    assert led.state == "open", "it is somebody else's to do"

    care.undo(card, by=mei, at=NOON + timedelta(seconds=9))
    own.refresh_from_db()
    assert (own.state, own.done_on, own.outcome) == ("open", None, "")
    assert len(waiting()) == 2


@pytest.mark.parametrize("clicks", [("no_answer", "call_tomorrow"), ("not_now", "refused_all")])
def test_a_contact_without_a_word_on_it_leaves_the_step(
    as_system: Cast, planned: Make, clicks: tuple[str, str]
) -> None:
    planned(days=0)
    morning()
    outcome, after = clicks

    care.record_outcome(
        waiting()[0].card, outcome=outcome, step=after, by=as_system.mei, at=NOON
    )

    assert Step.objects.get().state == "open"


def test_the_contact_form_offers_the_step_and_leaves_it_where_it_is_unticked(
    as_system: Cast, planned: Make, client: Client
) -> None:
    cast, plan = as_system, planned(days=0)
    step(plan, cast, days=0, text="bring the son along")
    step(plan, cast, days=0, text="约行长一起拜访", who=cast.wei)
    morning()
    first, second, led = waiting()
    address = f"/contacts/new?customer={cast.li.public_id}"
    client.force_login(cast.mei)
    with time_machine.travel(NOON, tick=False):
        page = client.get(address).content.decode()
        answer = client.post(
            "/contacts/new",
            {"customer": cast.li.public_id, "channel": "visit", "outcome": "reached",
             "note": "She showed us the works.", "once": "x1",
             "plan_asked": f"{first.pk},{second.pk}", "plan_steps": [str(first.pk)]},
        )  # fmt: skip
    scope.set_scope(scope.EVERYBODY)

    assert answer.status_code in (200, 204, 302), answer.status_code
    assert "bring the son along" in page
    assert page.count('name="plan_steps"') == 2, "what the branch's head does is not offered"
    states = dict(Step.objects.values_list("text", "state"))
    assert states == {
        "visit the works": "done", "bring the son along": "open", "约行长一起拜访": "open"
    }  # fmt: skip
    assert Step.objects.get(text="visit the works").outcome == "She showed us the works."
    left = [task.pk for task in waiting()]
    assert left == [second.pk, led.pk], "they wait on the card"


@pytest.mark.parametrize(
    ("topic", "left"), [("contact", ["asked", "review"]), ("review", ["asked"])]
)
def test_a_review_is_met_by_a_review_and_a_plan_asked_for_by_drawing_it_up(
    as_system: Cast, planned: Make, topic: str, left: list[str]
) -> None:
    cast, plan = as_system, planned(days=60)
    Plan.objects.filter(pk=plan.pk).update(next_review_on=TODAY)
    actions.ask(cast.qian, words="", by=cast.lin, at=NOON)
    morning()

    for customer in (cast.li, cast.qian):
        care.record_contact(
            customer, channel="visit", outcome="reached", topic=topic, by=cast.mei, at=NOON
        )

    assert sorted(task.facts["what"] for task in waiting()) == left


def test_two_clicks_leave_a_plan_that_was_asked_for_and_the_card_comes_back(
    as_system: Cast,
) -> None:
    cast = as_system
    actions.ask(cast.qian, words="", by=cast.lin, at=NOON)
    morning()
    (asked,) = waiting()

    care.record_outcome(asked.card, outcome="reached", step="done", by=cast.mei, at=NOON)

    asked.card.refresh_from_db()
    assert [task.pk for task in waiting()] == [asked.pk]
    assert asked.card.next_on == date(2026, 11, 30)


def test_who_reads_english_is_offered_their_own_step_too(
    as_system: Cast, planned: Make, client: Client
) -> None:
    cast, plan = as_system, planned(days=9)
    step(plan, cast, days=0, text="call the son", who=cast.wei)
    morning()  # in Chinese, as the night does
    client.force_login(cast.wei)

    with time_machine.travel(NOON, tick=False):
        page = client.get(
            f"/contacts/new?customer={cast.li.public_id}", headers={"accept-language": "en"}
        ).content.decode()

    assert page.count('name="plan_steps"') == 1

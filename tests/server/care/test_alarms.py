"""What a morning raises as an alert, once, and what it settles again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.care.conftest import OUT, World

from regulars.server.alerts.models import Alert
from regulars.server.care import actions
from regulars.server.care.models import Card, Task
from regulars.testing.cast import NOON, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def kinds() -> list[tuple[str, str]]:
    return list(Alert.objects.order_by("pk").values_list("kind", "state"))


def test_a_large_outflow_is_raised_once_with_its_facts_and_its_owner(world: World) -> None:
    li = world.cast.li
    world.tier(world.score({li: OUT}), {li: (5, None, None)})
    world.talk(li, 1)

    made = world.plan()
    world.plan()

    alert = Alert.objects.get()
    assert (alert.kind, alert.level, alert.holder) == ("large_movement", 5, world.cast.mei)
    assert alert.facts == {"amount": "720000.0", "low": "-80000.0", "high": "60000.0"}
    assert made.counts["alerts"] == 1


def test_who_fell_asleep_is_raised_from_the_middle_tiers_on_and_settled_when_awake(
    world: World,
) -> None:
    li, zhou = world.cast.li, world.cast.zhou
    for each in (li, zhou):
        world.agree(each)
    before = {li: {"stage": "active"}, zhou: {"stage": "active"}}
    asleep = {li: {"stage": "dormant"}, zhou: {"stage": "dormant"}}
    world.score(before, as_of=TODAY - 30 * DAY)
    world.tier(world.score(asleep), {li: (3, None, None), zhou: (2, None, None)})
    world.plan()
    assert [(a.customer, a.kind) for a in Alert.objects.all()] == [(li, "dormant")]

    world.tier(world.score(before, as_of=TODAY + DAY), {li: (3, None, None)})
    world.plan(TODAY + DAY)

    assert Alert.objects.get().outcome == "settled"


def test_a_contact_overdue_becomes_an_alert_when_its_card_is_left_lying(world: World) -> None:
    li = world.cast.li
    world.talk(li, 40)
    world.level(li, 4)
    world.plan()
    (task,) = world.tasks(li)
    assert (task.trigger, kinds()) == ("contact_overdue", [])

    world.plan(task.due_on)
    assert kinds() == []
    world.plan(task.due_on + DAY)
    world.plan(task.due_on + DAY)

    assert kinds() == [("contact_overdue", "open")]
    actions.record_contact(
        li, channel="call", outcome="reached", by=world.cast.mei, at=NOON + 10 * DAY
    )
    assert not Task.objects.filter(customer=li, state="open", trigger=task.trigger).exists()
    assert kinds() == [("contact_overdue", "closed")]  # nobody above hears of it today
    world.plan(task.due_on + 3 * DAY)
    assert kinds() == [("contact_overdue", "closed")]


def test_a_result_that_is_taken_back_opens_the_alert_again(world: World) -> None:
    li, mei = world.cast.li, world.cast.mei
    world.talk(li, 40)
    world.level(li, 4)
    world.plan()
    (task,) = world.tasks(li)
    world.plan(task.due_on + DAY)
    alert = Alert.objects.get()
    at = alert.raised_at + timedelta(hours=13)
    card = Card.objects.get(customer=li, state="open")

    actions.record_outcome(card, outcome="reached", step="done", by=mei, at=at)
    assert kinds() == [("contact_overdue", "closed")]
    actions.undo(card, by=mei, at=at + timedelta(seconds=5))

    assert kinds() == [("contact_overdue", "open")]
    assert not alert.steps.filter(what="closed").exists()
    alert.refresh_from_db()
    assert alert.due_at is not None
    card.refresh_from_db()
    actions.record_outcome(card, outcome="reached", step="done", by=mei, at=at + DAY / 24)
    assert kinds() == [("contact_overdue", "closed")]

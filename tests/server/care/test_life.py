"""A life event with a dated action is a card on its day: once, and done when it is done."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from tests.server.care.conftest import World

from regulars.server.care import actions
from regulars.server.care.models import Card, Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.customers import actions as customers
from regulars.server.customers.models import LifeEvent
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(minutes=1)


def wedding(world: World, *, due_on: date = TODAY, **fields: Any) -> LifeEvent:
    return customers.note_event(
        world.cast.li,
        kind="wedding",
        happens_on=TODAY + timedelta(days=5),
        action="带贺卡上门拜访",
        due_on=due_on,
        by=TESTS,
        at=NOON,
        **fields,
    )


def test_the_day_of_the_action_makes_one_card_however_often_it_is_planned(
    world: World,
) -> None:
    wedding(world)

    first, second = world.plan(), world.plan()

    assert world.triggers(world.cast.li) == ["life_event"]
    assert (first.counts["tasks"], second.counts["tasks"]) == (1, 0)
    assert Card.objects.filter(customer=world.cast.li).count() == 1


def test_nothing_stands_on_the_list_before_its_day(world: World) -> None:
    wedding(world, due_on=TODAY + timedelta(days=2))

    world.plan()
    assert world.triggers(world.cast.li) == []
    world.plan(TODAY + timedelta(days=2))

    assert world.triggers(world.cast.li) == ["life_event"]


@pytest.mark.parametrize(
    ("language", "words"),
    [("zh-hans", "11-28：带贺卡上门拜访"), ("en", "28 Nov: 带贺卡上门拜访")],
)
def test_the_card_says_what_happens_and_what_is_to_be_done(
    world: World, language: str, words: str
) -> None:
    wedding(world)
    world.plan()

    chip = wording.chip(Task.objects.get(), Reader(language, "CNY", TODAY))

    assert words in chip.text
    assert chip.icon == "heart-handshake"


def test_with_a_product_it_is_marketing_and_waits_for_a_yes(world: World) -> None:
    wedding(world, product_code="W01")
    world.plan()
    assert world.triggers(world.cast.li) == []

    world.agree(world.cast.li)
    world.plan()

    assert world.triggers(world.cast.li) == ["life_event"]


def test_a_closed_card_settles_the_event_and_undo_opens_it_again(world: World) -> None:
    event = wedding(world)
    world.plan()
    card = world.card(world.cast.li)

    actions.record_outcome(card, outcome="reached", step="done", by=world.cast.mei, at=LATER)
    event.refresh_from_db()
    assert event.done_at == LATER
    actions.undo(Card.objects.get(pk=card.pk), by=world.cast.mei, at=LATER)

    event.refresh_from_db()
    assert event.done_at is None


def test_a_contact_that_was_written_down_settles_it_too(world: World) -> None:
    event = wedding(world)
    world.plan()

    actions.record_contact(
        world.cast.li, channel="visit", outcome="reached", by=world.cast.mei, at=LATER
    )

    event.refresh_from_db()
    assert event.done_at == LATER


@pytest.mark.parametrize("how", ["done", "removed", "put off"])
def test_what_was_settled_on_the_customers_page_leaves_the_list(world: World, how: str) -> None:
    event = wedding(world)
    world.plan()

    if how == "done":
        customers.finish_events([event.pk], by=TESTS, at=LATER)
    elif how == "removed":
        customers.remove_event(event, by=TESTS, at=LATER)
    else:
        later = TODAY + timedelta(days=9)
        customers.change_event(event, due_on=later, by=TESTS, at=LATER)
    world.plan()

    assert world.triggers(world.cast.li) == []


def test_words_given_for_an_action_stand_on_its_card_with_the_customer_s_name(
    world: World,
) -> None:
    customers.ask_for_action(
        [world.cast.li.pk],
        note="从前任接手",
        action="自我介绍",
        due_on=TODAY,
        owner=None,
        words="{name}，以后由我为您服务。{other}",
        by=TESTS,
        at=NOON,
    )
    world.plan()

    task = Task.objects.get(trigger="life_event")
    reader = Reader("zh-hans", "CNY", TODAY)
    said = wording.words(task, world.cast.li, reader).say
    assert said == f"{wording.address(world.cast.li, reader)}，以后由我为您服务。{{other}}"

"""A step for a person stands on their Today with its words, and goes when it is done."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.server.journeys.conftest import Way, leave, task
from tests.server.plans.conftest import rich

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.care.queries.wording import Reader
from regulars.server.channels import actions as channels
from regulars.server.journeys import actions
from regulars.server.journeys.models import Errand
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def waiting() -> list[Task]:
    found = Task.objects.filter(trigger="journey_step", state=Task.State.OPEN)
    return list(found.select_related("card").order_by("pk"))


def morning(day: date = TODAY) -> None:
    care.plan(day=day, by=TESTS, at=NOON + (day - TODAY))


@pytest.fixture
def told(way: Way) -> Way:
    """Everybody agreed to be called."""
    rich(way.cast, way.cast.li)
    for who in (way.cast.li, way.cast.qian):
        channels.record_consent(
            who, purpose="marketing", channel="call", said="given", source="branch",
            evidence="F", by=TESTS, at=NOON - DAY,
        )  # fmt: skip
    return way


def test_a_task_stands_on_the_managers_today_with_the_words_of_the_journey(told: Way) -> None:
    told.running(task("a", 5), leave())

    morning()
    morning()

    (li,) = [one for one in waiting() if one.card.customer == told.cast.li]
    assert li.card.book == told.cast.mei_book
    reader = Reader("zh-hans", "CNY", TODAY)
    assert "打电话问候" in wording.chip(li, reader).text
    assert "，最近可好？" in wording.words(li, told.cast.li, reader).say


def test_a_task_that_is_not_needed_any_more_leaves_the_list(told: Way) -> None:
    told.running(task("a", 5), leave())
    morning()
    assert waiting()

    for who in (told.cast.li, told.cast.qian):
        actions.take_out(told.of(who), words="出国", by=told.cast.max, at=NOON)
    morning()

    assert not waiting()


def test_the_answer_of_a_contact_brings_the_customer_on(told: Way) -> None:
    told.running(task("a", 5), leave())
    morning()
    (card,) = {one.card for one in waiting() if one.card.customer == told.cast.li}

    later = NOON + timedelta(hours=1)
    care.record_outcome(card, outcome="reached", step="done", by=told.cast.mei, at=later)
    told.pass_by(NOON + timedelta(hours=2))

    assert Errand.objects.get(customer=told.cast.li).state == "done"
    assert told.story(told.cast.li) == [("a", "done"), ("z", "exit")]

"""The pages of topics: a manager raises one, marketing releases it the same day."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from tests.server.topics.conftest import LATER, SCRIPT, Raised

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.segments.models import Segment
from regulars.server.topics import actions
from regulars.server.topics.models import Talk, Topic
from regulars.testing.cast import NOON, Cast

pytestmark = pytest.mark.django_db


def enter(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def now() -> Topic:
    scope.set_scope(scope.EVERYBODY)
    return Topic.objects.get()


def test_from_raised_to_released_through_the_pages(as_system: Cast, audience: Segment) -> None:
    with time_machine.travel(NOON, tick=False):
        told = {"title": "养老金全国推开", "what": "今天起可以开户。", "tone": "positive",
                "own_trade": "on", "ends": "48"}  # fmt: skip
        enter(as_system.mei).post("/topics/new", told)
        where = f"/topics/{now().public_id}"
        marketer = enter(as_system.max)
        assert "养老金全国推开" in marketer.get("/topics/").content.decode()
        marketer.post(f"{where}/take")
        kept = marketer.post(
            f"{where}/", {"segment": audience.public_id, "script": SCRIPT, "alone": "0"}
        )
        assert kept.status_code == 302
        marketer.post(f"{where}/submit")
        assert marketer.post(f"{where}/release").status_code == 409
    with time_machine.travel(LATER, tick=False):
        enter(as_system.lin).post(f"{where}/release")

    topic = now()
    assert (topic.state, topic.same_day) == ("released", True)
    assert Talk.objects.count() == 3
    page = enter(as_system.mei).get(f"{where}/talks").content.decode()
    assert as_system.li.name in page
    assert as_system.qian.name not in page


def test_what_is_missing_is_said_on_the_page(as_system: Cast, raised: Raised) -> None:
    topic = raised()
    actions.take(topic, by=as_system.max, at=NOON)
    with time_machine.travel(NOON, tick=False):
        answer = enter(as_system.max).post(f"/topics/{topic.public_id}/submit")
        dropped = enter(as_system.max).post(f"/topics/{topic.public_id}/drop", {"why": ""})

    assert answer.status_code == 422
    assert "请选面向哪些客户" in answer.content.decode()
    assert dropped.status_code == 422


def test_managers_raise_topics_and_do_not_decide_on_them(
    as_system: Cast, raised: Raised
) -> None:
    topic = raised()
    with time_machine.travel(NOON, tick=False):
        client = enter(as_system.mei)
        assert client.get(f"/topics/{topic.public_id}/").status_code == 200
        assert client.post(f"/topics/{topic.public_id}/take").status_code == 403
        wrong = client.post("/topics/new", {"title": "x", "tone": "positive", "ends": "48"})

    assert wrong.status_code == 422
    assert now().state == "raised"

"""A short way to a topic that was taken and written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tests.server.content.test_messages import approved as approved_message
from tests.server.content.test_messages import message

from regulars.server.delivery import actions as delivery
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.server.topics import actions
from regulars.server.topics.models import Topic
from regulars.testing.cast import NOON, TESTS, Cast

LATER = NOON + timedelta(hours=2)
Raised = Callable[..., Topic]
SCRIPT = "今天起个人养老金可以在手机上开户，您要不要我陪您办？"


@pytest.fixture
def audience(as_system: Cast) -> Segment:
    made = segments.make_group(
        name="关心养老的客户", by=as_system.max, at=NOON, sharing="everybody"
    )
    people = [as_system.li.pk, as_system.zhou.pk, as_system.qian.pk]
    segments.add_members(made, people, by=as_system.max, at=NOON)
    return made


@pytest.fixture
def carrier(as_system: Cast) -> str:
    """A line that writes to a file, and an approved message."""
    delivery.add_line(
        name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
    )
    return approved_message(as_system, message(purpose="marketing")).text.code


@pytest.fixture
def raised(as_system: Cast) -> Raised:
    """Mei raises a topic at noon."""

    def make(**told: Any) -> Topic:
        given = {
            "title": "个人养老金全国推开", "what": "今天起全国可以开立个人养老金账户。",
            "own_trade": True, "by": as_system.mei, "at": NOON,
        } | told  # fmt: skip
        return actions.raise_topic(**given)

    return make


@pytest.fixture
def written(as_system: Cast, raised: Raised, audience: Segment) -> Raised:
    """Max takes it, writes it for its audience and asks for approval."""

    def make(*, raise_it: dict[str, Any] | None = None, **told: Any) -> Topic:
        topic = actions.take(raised(**(raise_it or {})), by=as_system.max, at=NOON)
        given: dict[str, Any] = {"segment": audience, "script": SCRIPT, "alone": 0} | told
        actions.prepare(topic, by=as_system.max, at=NOON, **given)
        return actions.submit(topic, by=as_system.max, at=NOON)

    return make

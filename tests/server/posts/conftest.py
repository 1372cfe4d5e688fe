"""A short way to personas, slots and an approved item."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.server.content.test_messages import approved as approved_message
from tests.server.content.test_messages import message

from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.posts import actions
from regulars.server.posts.actions import Told
from regulars.server.posts.models import Item, Persona, Slot
from regulars.server.segments import actions as segments
from regulars.server.segments.models import Segment
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

TUESDAY = TODAY + timedelta(days=1)
MORNING, EVENING = time(8, 30), time(17, 30)
SHANGHAI = ZoneInfo("Asia/Shanghai")
Approved = Callable[..., Item]


def shanghai(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI).astimezone(UTC)


def group(cast: Cast, name: str, customers: Sequence[Customer]) -> Segment:
    made = segments.make_group(name=name, by=cast.max, at=NOON, sharing="everybody")
    if customers:
        segments.add_members(made, [one.pk for one in customers], by=cast.max, at=NOON)
    return made


def persona(cast: Cast, name: str, customers: Sequence[Customer], **told: Any) -> Persona:
    segment = group(cast, name, customers)
    return actions.add_persona(name=name, segment=segment, by=cast.max, at=NOON, **told)


def slot(cast: Cast, hour: time = MORNING) -> Slot:
    found = Slot.objects.in_use().filter(at=hour).first()
    return found or actions.add_slot(hour, by=cast.max, at=NOON)


CARRIER = {
    "zh": "{{ customer.salutation }}，{{ post.title }}\n{{ post.words }}",
    "en": "{{ customer.salutation }}, {{ post.title }}\n{{ post.words }}",
}


@pytest.fixture
def carried(as_system: Cast) -> None:
    """A line that writes to a file, and the approved message that carries items."""
    delivery.add_line(
        name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
    )
    approved_message(as_system, message(CARRIER, purpose="marketing"), code="daily-read")


TOLD = Told(
    title="降温三天，大棚怎么管",
    title_en="Three cold days in the greenhouse",
    words="白天二十五度以上打开顶风口，傍晚降到十八度再合上。",
    words_en="Open the vents above 25 degrees, close them at 18.",
    source="市农技站",
)


@pytest.fixture
def approved(as_system: Cast) -> Approved:
    """Max writes an item for tomorrow morning, and Lin approves it."""

    def make(
        who: Persona, at: Slot | None = None, day: date = TUESDAY, told: Told = TOLD
    ) -> Item:
        written = actions.write(
            who, at or slot(as_system), day, told, by=as_system.max, at=NOON
        )
        sent = actions.submit(written, by=as_system.max, at=NOON)
        return actions.approve(sent, by=as_system.lin, at=NOON)

    return make

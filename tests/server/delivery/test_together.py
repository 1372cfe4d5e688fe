"""WeCom: customers of one text are one task of their employee, who confirms it once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tests.server.delivery.conftest import TOMORROW, Office, agree, draft, states

from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.delivery import actions
from regulars.testing.cast import NOON, TESTS, customer
from regulars.testing.providers.standing import DROP
from regulars.testing.providers.wecom import WeComStandIn

SHANGHAI = ZoneInfo("Asia/Shanghai")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def wecom() -> Iterator[WeComStandIn]:
    with WeComStandIn() as made:
        yield made


def friends(office: Office, *ids: str) -> list[Any]:
    made = []
    with scope.everything():
        for number, id in enumerate(ids):
            who = customer(f"8{number:04d}", f"赵{number}", office.cast.mei_book, wecom_id=id)
            agree(who, channel="wecom")
            made.append(who)
    return made


def sent(office: Office, wecom: WeComStandIn, people: list[Any]) -> Any:
    with scope.everything():
        line = actions.add_line(
            name="wecom", kind_code="wecom", given=wecom.settings(), by=TESTS, at=NOON
        )
        mailing = actions.make_mailing(
            "w", name="w", line=line, purpose="marketing", not_before=NOON,
            valid_until=TOMORROW, by=TESTS, at=NOON,
        )  # fmt: skip
        words = ["甲", "甲", "甲", "乙"]
        drafts = [
            draft(who, text=text, sender="zhangsan")
            for who, text in zip(people, words, strict=True)
        ]
        actions.lay(mailing, drafts, at=NOON)
        actions.complete(mailing, by=TESTS, at=NOON)
    office.send(line)
    return mailing


def test_equal_texts_of_one_employee_become_one_task_and_its_confirmation_sends_them(
    office: Office, wecom: WeComStandIn
) -> None:
    people = friends(office, "wm-1", "wm-2", "wmFull", "wm-4")
    mailing = sent(office, wecom, people)

    assert sorted(len(held) for held in wecom.results.values()) == [1, 3]
    assert states(mailing) == {"created": 4}

    for task in wecom.tasks:
        wecom.confirm(task)
    with scope.everything():
        actions.ask(mailing.line, at=NOON + timedelta(hours=1))
    assert states(mailing) == {"sent": 3, "limited": 1}
    with scope.everything():
        contacts = Touch.objects.filter(customer__in=people, channel="wecom")
        assert contacts.count() == 3, "who got it has a contact on file"


def test_a_task_whose_end_nobody_saw_is_unknown_for_all_of_it(
    office: Office, wecom: WeComStandIn
) -> None:
    people = friends(office, "wm-1", "wm-2", "wm-3", "wm-4")
    wecom.orders.extend([DROP])

    mailing = sent(office, wecom, people)

    found = states(mailing)
    assert found in ({"unknown": 3, "created": 1}, {"unknown": 1, "created": 3})
    assert office.send(mailing.line) == {}, "no machine sends a task again"


def test_who_had_all_that_wecom_allows_waits_for_the_next_day(
    office: Office, wecom: WeComStandIn
) -> None:
    people = friends(office, "wm-1", "wm-2", "wm-3", "wm-4")
    line = sent(office, wecom, people).line

    with scope.everything():
        line.settings["capacity"] = "daily"
        line.save()
        again = actions.make_mailing(
            "again", name="again", line=line, purpose="service", not_before=NOON,
            valid_until=NOON + timedelta(days=2), by=TESTS, at=NOON,
        )  # fmt: skip
        actions.lay(again, [draft(who, sender="zhangsan") for who in people], at=NOON)
        actions.complete(again, by=TESTS, at=NOON)
    office.send(line)
    with scope.everything():
        row = again.deliveries.first()

    assert states(again) == {"waiting": 4}
    assert row.due_at == datetime(2026, 11, 24, tzinfo=SHANGHAI)
    assert row.reason == "allowance"

    office.send(line, at=NOON + timedelta(days=1))
    assert states(again) == {"created": 4}

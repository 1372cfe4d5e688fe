"""Employees who did not confirm are asked again: by a button, as often as WeCom allows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from tests.server.content.test_message_pages import browser
from tests.server.delivery.conftest import Office
from tests.server.delivery.test_together import friends, sent

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.delivery import actions
from regulars.server.delivery.models import Mailing
from regulars.testing.cast import NOON
from regulars.testing.providers.wecom import WeComStandIn

pytestmark = pytest.mark.django_db(transaction=True)
REMIND = "提醒还没确认的员工"


@pytest.fixture
def wecom() -> Iterator[WeComStandIn]:
    with WeComStandIn() as made:
        yield made


@pytest.fixture(autouse=True)
def at_noon(time_machine: Any) -> None:
    time_machine.move_to(NOON + timedelta(minutes=1), tick=False)


def laid(office: Office, wecom: WeComStandIn) -> Mailing:
    people = friends(office, "wmFriend", "wmLately", "wmFull", "wmStranger")
    made: Mailing = sent(office, wecom, people)
    return made


def test_the_button_asks_about_every_task_that_waits_and_stays_in_the_trail(
    office: Office, wecom: WeComStandIn
) -> None:
    mailing, max_ = laid(office, wecom), office.cast.max
    first, second = wecom.tasks
    wecom.confirm(first)
    with scope.everything():
        actions.ask(mailing.line, at=NOON + timedelta(minutes=1))
    path = f"/outbox/{mailing.public_id}/"

    assert REMIND in browser(max_).get(path).content.decode()
    answer = browser(max_).post(f"{path}remind", follow=True).content.decode()

    assert "已再次提醒 1 个任务。" in answer
    assert dict(wecom.reminded) == {second: 1}
    with scope.everything():
        entry = AuditEntry.objects.get(action="delivery.mailing.reminded")
    assert (entry.actor, entry.details["tasks"]) == (f"person:{max_.pk}", 1)


def test_a_fourth_time_in_a_day_is_refused_without_asking_and_a_day_later_it_goes(
    office: Office, wecom: WeComStandIn
) -> None:
    mailing, by = laid(office, wecom), office.cast.max
    with scope.everything():
        for minutes in range(3):
            at = NOON + timedelta(minutes=minutes)
            assert actions.remind(mailing, by=by, at=at).tasks == 2
        with pytest.raises(actions.RemindedEnough):
            actions.remind(mailing, by=by, at=NOON + timedelta(hours=23))
        assert set(wecom.reminded.values()) == {3}

        told = actions.remind(mailing, by=by, at=NOON + timedelta(hours=25))

    # The stand-in counts for ever: what it says is told.
    assert told.tasks == 0
    assert {each.code for each in told.refused} == {"45009"}


def test_what_the_provider_refuses_is_said_on_the_page(
    office: Office, wecom: WeComStandIn
) -> None:
    mailing = laid(office, wecom)
    wecom.reminded |= dict.fromkeys(wecom.tasks, 3)

    path = f"/outbox/{mailing.public_id}/remind"
    answer = browser(office.cast.max).post(path, follow=True).content.decode()

    assert "reminded three times within 24 hours" in answer
    assert "45009" in answer


def test_who_sees_a_part_of_the_customers_reminds_nobody_nor_where_nothing_waits(
    office: Office, wecom: WeComStandIn
) -> None:
    mailing = laid(office, wecom)
    path = f"/outbox/{mailing.public_id}/"

    assert REMIND not in browser(office.cast.wei).get(path).content.decode()
    assert browser(office.cast.wei).post(f"{path}remind").status_code == 403
    for task in wecom.tasks:
        wecom.confirm(task)
    with scope.everything():
        actions.ask(mailing.line, at=NOON + timedelta(minutes=1))

    assert REMIND not in browser(office.cast.max).get(path).content.decode()
    said = browser(office.cast.max).post(f"{path}remind", follow=True).content.decode()
    assert "没有等员工确认的消息" in said

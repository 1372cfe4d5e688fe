"""A message goes out once, to who agreed, within its time, and what became of it is on file."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from tests.server.delivery.conftest import (
    MORNING,
    TOMORROW,
    Office,
    agree,
    draft,
    of,
    states,
    withdraw,
)

from regulars.base.errors import BadInput
from regulars.server.channels.models import Decision, Touch
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions
from regulars.server.delivery.actions import leasing
from regulars.server.delivery.models import Delivery, Line, Mailing, Pulse
from regulars.testing.cast import NOON, TESTS
from regulars.testing.providers.standing import DROP, LATER, LINE, NOBODY, REFUSE

pytestmark = pytest.mark.django_db(transaction=True)


def test_everybody_of_a_mailing_gets_one_letter_and_has_one_contact_on_file(
    office: Office,
) -> None:
    people = office.people(5)
    mailing = office.mailing(to=people)

    assert office.send() == {"sent": 5}
    assert office.send() == {}

    assert sorted(took.to for took in office.server.took) == sorted(p.email for p in people)
    assert states(mailing) == {"sent": 5}
    with scope.everything():
        assert Mailing.objects.get(pk=mailing.pk).state == "done"
        contacts = Touch.objects.filter(customer__in=people)
        assert list(contacts.values_list("channel", "purpose")) == [("email", "marketing")] * 5
        assert Decision.objects.filter(touch__in=contacts).count() == 5


def test_who_never_agreed_or_said_no_gets_nothing_and_the_rule_is_on_file(
    office: Office,
) -> None:
    (never,), (left,) = office.people(1, agreed=False), office.people(1)
    with scope.everything():
        withdraw(left)
    mailing = office.mailing(to=[never, left])

    assert office.send() == {"kept": 2}

    assert office.server.took == []
    assert (of(mailing, never).state, of(mailing, never).reason) == ("kept", "unasked")
    assert (of(mailing, left).state, of(mailing, left).reason) == ("kept", "withdrawn")


def test_two_files_with_one_address_get_one_letter(office: Office) -> None:
    one, other = office.people(2, email="house@customers.example")
    mailing = office.mailing(to=[one, other])

    assert office.send() == {"sent": 1}
    assert of(mailing, other).reason == "same_address"


def test_who_has_no_address_is_kept_at_once_and_counted(office: Office) -> None:
    (who,) = office.people(1, email="")
    mailing = office.mailing(to=[who])

    assert (of(mailing, who).state, of(mailing, who).reason) == ("kept", "no_address")
    assert states(mailing) == {"kept": 1}


def test_laying_the_same_people_down_again_adds_nobody(office: Office) -> None:
    people = office.people(3)
    with scope.everything():
        mailing = actions.make_mailing(
            "m", name="m", line=office.line, purpose="marketing", not_before=NOON,
            valid_until=TOMORROW, by=TESTS, at=NOON,
        )  # fmt: skip
        first = actions.lay(mailing, [draft(one) for one in people], at=NOON)
        again = actions.lay(mailing, [draft(one) for one in people], at=NOON)
        actions.complete(mailing, by=TESTS, at=NOON)
        with pytest.raises(actions.Closed):
            actions.lay(mailing, [draft(one) for one in people], at=NOON)

    assert (first.waiting, again.waiting, again.known) == (3, 0, 3)


def test_the_cap_of_a_day_holds_over_mailings_and_the_second_waits(office: Office) -> None:
    (who,) = office.people(1)
    first, second = office.mailing("a", to=[who]), office.mailing("b", to=[who])

    office.send()

    assert states(first) == {"sent": 1}
    late = of(second, who)
    assert (late.state, late.rule, late.reason) == ("expired", "cap", "cap_day")


def test_at_night_letters_wait_for_the_morning(office: Office) -> None:
    people = office.people(2)
    night = NOON + timedelta(hours=10)
    mailing = office.mailing(to=people, valid_until=NOON + timedelta(days=2))

    assert office.send(at=night) == {"kept": 2}
    assert (states(mailing), of(mailing, people[0]).reason) == ({"waiting": 2}, "quiet_hours")
    assert of(mailing, people[0]).due_at == MORNING
    assert office.send(at=MORNING) == {"sent": 2}


def test_what_is_out_of_its_time_is_never_sent(office: Office) -> None:
    mailing = office.mailing(to=office.people(3))

    assert office.send(at=TOMORROW) == {}

    assert (states(mailing), office.server.took) == ({"expired": 3}, [])


def test_a_refused_letter_counts_in_no_cap_and_says_why(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.server.orders.append(REFUSE)

    assert office.send() == {"failed": 1}
    found = of(mailing, who)
    assert (found.code, found.said) == ("554", "5.7.1 Message refused as spam")
    office.mailing("next", to=[who])
    assert office.send() == {"sent": 1}, "what never arrived takes nobody's place"


def test_a_letter_that_is_put_off_goes_later(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.server.orders.append(LATER)

    assert office.send() == {"waiting": 1}
    found = of(mailing, who)
    assert (found.attempts, found.due_at) == (1, NOON + timedelta(minutes=5))
    assert office.send(at=found.due_at) == {"sent": 1}


def test_a_letter_that_is_always_put_off_fails_in_the_end(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who], valid_until=NOON + timedelta(days=6))
    office.server.orders.extend([LATER] * 8)

    for _ in range(8):
        row = of(mailing, who)
        at = max(row.due_at, office.now)
        office.send(at=at if 1 <= at.hour < 12 else MORNING)

    assert (of(mailing, who).state, of(mailing, who).attempts) == ("failed", 7)


def test_a_line_that_falls_after_the_letter_leaves_it_unknown_and_unsent(
    office: Office,
) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.server.orders.append(DROP)

    assert office.send() == {"unknown": 1}
    assert office.send() == {}, "it may have arrived; no machine sends it again"
    assert (len(office.server.took), states(mailing)) == (1, {"unknown": 1})


def test_a_provider_that_refuses_everything_takes_the_line_out_of_use(office: Office) -> None:
    people = office.people(30)
    mailing = office.mailing(to=people)
    office.server.orders.extend([LINE] * 30)

    office.send()

    with scope.everything():
        line = Line.objects.get(pk=office.line.pk)
    assert (line.state, line.trouble) == (
        "faulty", "5.7.1 Sender address rejected: not owned by user",
    )  # fmt: skip
    assert states(mailing) == {"waiting": 30}, "nobody is lost"
    office.server.orders.clear()
    with scope.everything():
        actions.switch_line(line, on=True, by=TESTS, at=NOON)
    assert office.send(at=NOON + timedelta(hours=1)) == {"sent": 30}


def test_an_address_that_does_not_exist_fails_and_is_closed(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    office.server.orders.append(NOBODY)

    assert office.send() == {"failed": 1}
    assert of(mailing, who).code == "550"
    with scope.everything():
        assert Customer.objects.get(pk=who.pk).blocked_channels == ["email"]


@pytest.mark.parametrize(
    ("held", "rest"),
    [("pause", {"sent": 2, "waiting": 4}), ("stop", {"sent": 2, "stopped": 4})],
)
def test_pausing_and_stopping_take_hold_of_the_very_next_letter(
    office: Office, held: str, rest: dict[str, int]
) -> None:
    office.line = office.add_line("slow", connections=1)
    mailing = office.mailing(to=office.people(6))

    def after_two(taken: int) -> None:
        if taken == 2:
            with scope.everything():
                getattr(actions, held)(mailing, why="the text is wrong", by=TESTS, at=NOON)

    office.server.took = Watched(after_two)
    office.send()

    assert (len(office.server.took), states(mailing)) == (2, rest)
    if held == "pause":
        with scope.everything():
            actions.resume(mailing, by=TESTS, at=NOON)
        assert office.send(at=NOON + timedelta(minutes=1)) == {"sent": 4}


class Watched(list[Any]):
    """What a server took; somebody acts before the server acknowledges."""

    def __init__(self, told: Callable[[int], None]) -> None:
        super().__init__()
        self.told = told

    def append(self, one: Any) -> None:
        super().append(one)
        self.told(len(self))


def test_what_a_dead_sender_held_waits_again_or_is_unknown(office: Office) -> None:
    first, second = office.people(2)
    mailing = office.mailing(to=[first, second])
    dead = 4711  # nobody holds the lock of this number
    with scope.everything():
        here = Delivery.objects.filter(mailing=mailing)
        here.filter(customer=first).update(state="leased", worker=dead)
        here.filter(customer=second).update(state="begun", worker=dead, begun_at=NOON)

    assert office.send() == {"sent": 1}
    assert (of(mailing, first).state, of(mailing, second).state) == ("sent", "unknown")


def test_what_a_living_sender_holds_stays_in_its_hand(office: Office) -> None:
    (who,) = office.people(1)
    mailing = office.mailing(to=[who])
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        with leasing.lease() as worker:
            with scope.everything():
                held = Delivery.objects.filter(mailing=mailing)
                held.update(state="leased", worker=worker)
            taken.set()
            over.wait(20)
        connection.close()

    other = threading.Thread(target=hold)
    other.start()
    taken.wait(20)
    assert office.send() == {}
    assert of(mailing, who).state == "leased"
    over.set()
    other.join()
    assert office.send() == {"sent": 1}, "its holder is gone"


def test_a_database_put_back_to_an_earlier_day_sends_nothing(office: Office) -> None:
    first, second = office.people(2)
    office.mailing("before", to=[first])
    office.send()
    mailing = office.mailing("after", to=[second])
    with scope.everything():
        Pulse.objects.update(number=0)  # as it stood in an older backup

    assert office.send() == {}

    with scope.everything():
        found = Mailing.objects.get(pk=mailing.pk)
    assert (found.state, states(mailing)) == ("paused", {"waiting": 1})
    assert "数据库恢复" in found.why


def test_a_mailing_that_has_no_time_is_refused(office: Office) -> None:
    with scope.everything(), pytest.raises(BadInput, match="需要发送时间"):
        actions.make_mailing(
            "m", name="m", line=office.line, purpose="marketing", not_before=NOON,
            valid_until=NOON, by=TESTS, at=NOON,
        )  # fmt: skip


def test_service_needs_no_consent_and_counts_in_no_cap(office: Office) -> None:
    (who,) = office.people(1, agreed=False)
    with scope.everything():
        agree(who)
    office.mailing("bill", to=[who], purpose="service")
    office.mailing("news", to=[who])

    assert office.send() == {"sent": 2}

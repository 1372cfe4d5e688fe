"""What guests are told by message, and what stands on Today instead of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from tests.server.content.test_messages import approved, message
from tests.server.salons.conftest import DAY, Make, guest_of, no, people, states, yes

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.channels import actions as channels
from regulars.server.core import custody
from regulars.server.core.custody import Merge
from regulars.server.customers.models import Customer
from regulars.server.delivery import actions as delivery
from regulars.server.delivery.models import Delivery
from regulars.server.outreach import queries as outreach
from regulars.server.salons import actions, queries
from regulars.server.salons.models import Guest
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
WORDS = {
    "zh": "{{ customer.salutation }}：{{ salon.day }}{{ salon.time }}"
    "“{{ salon.theme }}”，{{ salon.place }}。{{ salon.link }}",
    "en": "{{ salon.theme }} {{ salon.link }}",
}


@pytest.fixture
def code(as_system: Cast, settings: object) -> str:
    """An approved message, and a line of its channel."""
    settings.CSRF_TRUSTED_ORIGINS = ["https://bank.example"]  # type: ignore[attr-defined]
    delivery.add_line(
        name="文件", kind_code="console", channel="sms", given={}, by=TESTS, at=NOON
    )
    return approved(as_system, message(WORDS, purpose="marketing")).text.code


def sent_to(who: Customer) -> list[str]:
    return list(
        Delivery.objects.filter(customer=who).order_by("pk").values_list("text", flat=True)
    )


def test_the_invitation_goes_by_message_with_the_guests_own_link(
    as_system: Cast, inviting: Make, code: str
) -> None:
    a, b = people(as_system, 2)

    salon = inviting([a, b], invitation=code)

    (words,) = sent_to(a)
    token = actions.token(guest_of(salon, a))
    assert "12月7日14:00“家庭资产茶叙”" in words
    assert f"https://bank.example/invited/{token}/" in words
    assert guest_of(salon, a).way == Guest.Way.MESSAGE
    assert [one.what for one in queries.work(TODAY)] == [], "nobody is rung besides"
    assert set(outreach.outcome_of(f"{salon.source}:invite")) == {a.pk, b.pk}


def test_whom_no_message_can_invite_is_invited_by_the_manager(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)

    salon = inviting([a], invitation="not-approved")

    assert guest_of(salon, a).way == Guest.Way.MANAGER
    assert [one.what for one in queries.work(TODAY)] == ["ask"]


def test_who_said_yes_is_reminded_once_some_days_before_and_once_the_day_before(
    as_system: Cast, inviting: Make, code: str
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b], reminder=code)
    yes(salon, a)
    no(salon, b)

    for hours in (0, 1):
        for days in (9, 3, 2, 1, 0):
            at = DAY - timedelta(days=days, hours=3 - hours)
            actions.remind_all(by=TESTS, at=at)

    assert len(sent_to(a)) == 2
    assert sent_to(b) == []


def test_who_moves_up_is_told_by_message_where_one_is_chosen(
    as_system: Cast, inviting: Make, code: str
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b], seat_message=code, capacity=1, assumed_rate=0.1)
    yes(salon, a)
    yes(salon, b, at=NOON + timedelta(minutes=1))

    no(salon, a, at=NOON + timedelta(hours=1))

    assert len(sent_to(b)) == 1
    assert guest_of(salon, b).told_at == NOON + timedelta(hours=1)
    assert [one for one in queries.work(TODAY) if one.what == "tell"] == []


def test_the_manager_finds_the_guest_on_today_and_the_contact_settles_it(
    as_system: Cast, inviting: Make
) -> None:
    cast = as_system
    a, b = people(cast, 2)
    for who in (a, b):
        bought(cast, who, TODAY - timedelta(days=30))
        has_balance(cast, who, (TODAY - timedelta(days=90), 50_000_00))
    scored(cast)
    salon = inviting([a, b])

    care.plan(day=TODAY, by=TESTS, at=NOON)

    tasks = Task.objects.filter(trigger="salon_guest", state=Task.State.OPEN)
    assert set(tasks.values_list("card__customer", flat=True)) == {a.pk, b.pk}
    yes(salon, a)
    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=NOON + timedelta(days=1))
    waits = Task.objects.filter(trigger="salon_guest", state=Task.State.OPEN)
    assert set(waits.values_list("card__customer", flat=True)) == {b.pk}


def test_a_merge_takes_the_seat_along_and_an_erasure_takes_the_guest(
    as_system: Cast, inviting: Make
) -> None:
    cast = as_system
    a, b = people(cast, 2)
    salon = inviting([a])
    yes(salon, a)

    story = custody.merge(Merge(a.pk, b.pk, by=cast.ada, at=NOON))

    assert guest_of(salon, b).state == Guest.State.ACCEPTED
    assert custody.copy(b.pk)
    custody.unmerge(Merge(a.pk, b.pk, by=cast.ada, at=NOON), story)
    assert guest_of(salon, a).state == Guest.State.ACCEPTED
    custody.erase(a.pk, by=cast.ada, at=NOON)
    assert states(salon) == {}


def test_a_refusal_after_the_list_was_drawn_stops_nobody_twice(
    as_system: Cast, planned: Make, code: str
) -> None:
    """Consent is asked again when the message goes out; the guest stays on the list."""
    (a,) = people(as_system, 1)
    salon = planned([a], invitation=code)
    actions.propose(salon, by=as_system.wei, at=NOON)
    channels.refuse_all(a, source="call", by=TESTS, at=NOON)

    actions.open_invitations(salon, by=as_system.wei, at=NOON)

    assert guest_of(salon, a).state == Guest.State.INVITED
    assert salon.guests.count() == 1

"""Answers, the waiting list, and a room that never holds more than it can."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections
from tests.server.salons.conftest import DAY, Make, guest_of, no, people, states, yes

from regulars.base.errors import BadInput
from regulars.server.channels import actions as channels
from regulars.server.core import scope
from regulars.server.salons import actions, queries
from regulars.server.salons.models import Guest, Salon
from regulars.server.segments import actions as segments
from regulars.testing.cast import NOON, Cast, assemble

pytestmark = pytest.mark.django_db


def test_who_finds_the_room_full_waits_and_moves_up_when_somebody_declines(
    as_system: Cast, inviting: Make
) -> None:
    a, b, c, d = people(as_system, 4)
    salon = inviting([a, b, c, d], capacity=2, assumed_rate=0.1)
    yes(salon, a)
    yes(salon, b)
    yes(salon, c, at=NOON + timedelta(minutes=1))
    yes(salon, d, at=NOON + timedelta(minutes=2))
    assert states(salon) == {"accepted": 2, "waiting": 2}

    no(salon, a, at=NOON + timedelta(hours=1))

    assert guest_of(salon, c).state == Guest.State.ACCEPTED
    assert guest_of(salon, d).state == Guest.State.WAITING
    salon.refresh_from_db()
    assert salon.taken == 2
    telling = [one for one in queries.work(NOON.date()) if one.what == "tell"]
    assert [one.customer_id for one in telling] == [c.pk], "their manager tells them"


def test_a_party_that_does_not_fit_lets_a_smaller_one_go_first(
    as_system: Cast, inviting: Make
) -> None:
    a, b, c = people(as_system, 3)
    salon = inviting([a, b, c], capacity=2, assumed_rate=0.1)
    yes(salon, a, seats=2)
    yes(salon, b, seats=2, at=NOON + timedelta(minutes=1))
    yes(salon, c, at=NOON + timedelta(minutes=2))

    yes(salon, a, seats=1, at=NOON + timedelta(hours=1))

    assert guest_of(salon, c).state == Guest.State.ACCEPTED
    assert guest_of(salon, b).state == Guest.State.WAITING


def test_who_has_a_seat_and_wants_one_too_many_keeps_theirs(
    as_system: Cast, inviting: Make
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b], capacity=2, assumed_rate=0.1)
    yes(salon, a)
    yes(salon, b)

    with pytest.raises(actions.NoRoom):
        yes(salon, a, seats=2)

    assert guest_of(salon, a).state == Guest.State.ACCEPTED


def test_nobody_brings_more_friends_than_the_kind_allows(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])

    with pytest.raises(BadInput):
        yes(salon, a, seats=3)


def test_a_link_answers_until_the_deadline_and_not_after_it(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    link = actions.token(guest_of(salon, a))

    actions.answer_link(link, coming=True, wish="孩子的教育金", at=NOON)
    changed = actions.answer_link(link, coming=False, at=NOON + timedelta(days=1))

    assert (changed.state, changed.wish) == (Guest.State.DECLINED, "孩子的教育金")
    with pytest.raises(actions.TooLate):
        actions.answer_link(link, coming=True, at=salon.answer_by + timedelta(minutes=1))


def test_a_link_that_was_cut_off_or_made_up_opens_nothing(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    link = actions.token(guest_of(inviting([a]), a))

    with pytest.raises(actions.NoLink):
        actions.behind(link[:-3])
    with pytest.raises(actions.NoLink):
        actions.behind("made:up")


def test_the_same_answer_again_keeps_the_place_in_the_queue(
    as_system: Cast, inviting: Make
) -> None:
    a, b, c = people(as_system, 3)
    salon = inviting([a, b, c], capacity=1, assumed_rate=0.1)
    yes(salon, a)
    yes(salon, b, at=NOON + timedelta(minutes=1))
    yes(salon, c, at=NOON + timedelta(minutes=2))

    yes(salon, b, at=NOON + timedelta(minutes=9))
    no(salon, a, at=NOON + timedelta(hours=1))

    assert guest_of(salon, b).state == Guest.State.ACCEPTED


def test_called_off_everybody_who_said_yes_is_told(as_system: Cast, inviting: Make) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b])
    yes(salon, a)

    actions.cancel(salon, reason="讲师生病", by=as_system.wei, at=NOON)

    assert states(salon) == {"cancelled": 2}
    work = [one for one in queries.work(NOON.date()) if one.what == "off"]
    assert [one.customer_id for one in work] == [a.pk]
    assert "讲师生病" in work[0].step


@pytest.mark.django_db(transaction=True)
def test_twenty_who_answer_at_once_find_no_more_seats_than_there_are() -> None:
    with scope.everything():
        cast = assemble()
        actions.install_kinds()
        who = people(cast, 20)
        group = segments.make_group(name="all", by=cast.wei, at=NOON)
        segments.add_members(group, [each.pk for each in who], by=cast.wei, at=NOON)
        salon = actions.make(
            kind=queries.kinds()[0], theme="开放日", branch=cast.willow, begins_at=DAY,
            ends_at=DAY + timedelta(hours=2), capacity=7, place="大堂", friends=0,
            segment=group.public_id, held_out=0.0, assumed_rate=0.3, by=cast.wei, at=NOON,
        )  # fmt: skip
        actions.propose(salon, by=cast.wei, at=NOON)
        actions.open_invitations(salon, by=cast.wei, at=NOON)
        links = [actions.token(guest) for guest in salon.guests.all()]

    def answer(link: str) -> None:
        try:
            actions.answer_link(link, coming=True, at=NOON)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=answer, args=(link,)) for link in links]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    with scope.everything():
        found = Salon.objects.get(pk=salon.pk)
        assert states(found) == {"accepted": 7, "waiting": 13}
        assert (found.taken, found.capacity) == (7, 7)


def test_the_database_itself_refuses_one_seat_too_many(as_system: Cast, planned: Make) -> None:
    salon = planned([], capacity=2)

    with pytest.raises(IntegrityError, match="seats_no_more"):
        Salon.objects.filter(pk=salon.pk).update(taken=3)


def test_a_contact_on_today_answers_for_the_guest(as_system: Cast, inviting: Make) -> None:
    cast = as_system
    a, b = people(cast, 2)
    salon = inviting([a, b])
    for who, outcome in ((a, "interested"), (b, "not_now")):
        touch = channels.record_touch(
            who, channel="call", outcome=outcome, two_way=True, by=cast.mei, at=NOON
        )
        cycle = f"ask:{guest_of(salon, who).pk}:2026-11-23"
        actions.finish([cycle], touch=touch, by=cast.mei, at=NOON)

    assert guest_of(salon, a).state == Guest.State.ACCEPTED
    assert guest_of(salon, b).state == Guest.State.DECLINED
    assert guest_of(salon, a).answered_to == cast.mei

"""The day, what guests say of it, and what follows."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from tests.server.salons.conftest import DAY, Make, guest_of, people, states, yes

from regulars.base.errors import BadInput
from regulars.server.channels.models import Touch
from regulars.server.opportunities.models import Opportunity
from regulars.server.products.models import Product
from regulars.server.referrals.models import Referral
from regulars.server.salons import actions, queries
from regulars.server.salons.models import Guest, Kind, Salon
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db
AFTER = DAY + timedelta(hours=3)


def test_a_guest_is_checked_in_once_and_it_is_a_contact(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    yes(salon, a)

    actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)
    again = actions.check_in(guest_of(salon, a), by=as_system.wei, at=DAY + timedelta(hours=1))

    assert (again.state, again.came_at, again.checked_by) == ("came", DAY, as_system.mei)
    touch = Touch.objects.get(customer=a, channel="branch")
    assert (touch.purpose, touch.two_way) == ("marketing", True), "it counts in the caps"


def test_a_check_in_is_taken_back_with_its_contact_and_may_be_done_again(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    yes(salon, a)
    actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)

    actions.check_out(guest_of(salon, a), by=as_system.mei, at=DAY)

    assert guest_of(salon, a).state == Guest.State.ACCEPTED
    assert not Touch.objects.standing().filter(customer=a, channel="branch").exists()
    actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)
    assert Touch.objects.standing().filter(customer=a, channel="branch").count() == 1


def test_nobody_is_checked_in_before_the_day(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])

    with pytest.raises(actions.NotToday):
        actions.check_in(guest_of(salon, a), by=as_system.mei, at=NOON)


def test_somebody_without_a_seat_comes_in_only_while_one_is_free(
    as_system: Cast, inviting: Make
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b], capacity=1, assumed_rate=0.1)
    yes(salon, a)

    with pytest.raises(actions.NoRoom):
        actions.check_in(guest_of(salon, b), by=as_system.mei, at=DAY)


def test_a_walk_in_is_kept_only_with_their_word_and_is_a_guest_at_once(
    as_system: Cast, inviting: Make
) -> None:
    salon = inviting(people(as_system, 1))
    given = {"name": "路过的人", "phone": "13700000001", "by": as_system.mei, "at": DAY}

    with pytest.raises(BadInput):
        actions.walk_in(salon, agreed=False, **given)
    assert salon.guests.count() == 1
    made = actions.walk_in(salon, agreed=True, **given)

    assert (made.state, made.source) == ("came", "walk_in")
    assert made.customer.book == as_system.mei_book


def test_a_friend_comes_in_by_their_own_word_as_a_referral_and_takes_the_seat(
    as_system: Cast, inviting: Make
) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a])
    yes(salon, a, seats=2)
    host = actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)
    given = {"name": "王朋友", "phone": "13700000002", "by": as_system.mei, "at": DAY}

    with pytest.raises(BadInput):
        actions.bring_friend(host, agreed=" ", **given)
    friend = actions.bring_friend(host, agreed="可以给我打电话", **given)

    referral = Referral.objects.get(referrer=a)
    assert (referral.friend, friend.source) == (friend.customer, "friend")
    assert guest_of(salon, a).seats == 1
    salon.refresh_from_db()
    assert salon.taken == 2, "the seat went over, none was added"


def test_what_a_guest_ticks_becomes_one_opportunity_of_their_manager(
    as_system: Cast, inviting: Make
) -> None:
    Product.objects.create(code="F1", name="稳健基金", kind="fund")
    (a,) = people(as_system, 1)
    salon = inviting([a], products=["F1"])
    yes(salon, a)
    guest = actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)
    link = actions.token(guest)

    for _twice in range(2):
        actions.say_link(
            link, rating=5, again=True, words="讲得清楚", interests=["F1", "no such thing"],
            at=AFTER,
        )  # fmt: skip

    made = Opportunity.objects.get(customer=a)
    assert (made.product and made.product.code, made.signal) == ("F1", salon.source)
    assert guest_of(salon, a).interests == ["F1"]


def test_only_who_was_there_says_how_it_was(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    guest = guest_of(inviting([a]), a)

    with pytest.raises(BadInput):
        actions.say(guest, rating=5, by=TESTS, at=AFTER)


def test_the_day_after_each_guest_stands_on_today_with_their_words(
    as_system: Cast, inviting: Make
) -> None:
    a, b = people(as_system, 2)
    salon = inviting([a, b])
    yes(salon, a)
    yes(salon, b)
    guest = actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)
    actions.say(guest, rating=4, words="想听养老", by=as_system.mei, at=AFTER)
    actions.end(salon, by=TESTS, at=AFTER)

    assert [one.what for one in queries.work(DAY.date())] == []
    (work,) = queries.work(DAY.date() + timedelta(days=1))

    assert (work.customer_id, work.what) == (a.pk, "after")
    assert "打 4 分" in work.step
    assert "想听养老" in work.step
    assert "rated 4 of 5" in work.step_en


def test_it_is_over_by_the_clock_and_who_stayed_away_did_not_come(
    as_system: Cast, inviting: Make
) -> None:
    a, b, c = people(as_system, 3)
    salon = inviting([a, b, c])
    yes(salon, a)
    yes(salon, b)
    actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)

    assert actions.close_over(by=TESTS, at=DAY) == 0
    assert actions.close_over(by=TESTS, at=AFTER) == 1

    assert states(salon) == {"came": 1, "missed": 1, "invited": 1}


def test_it_is_settled_with_every_amount_and_the_experiment_knows_the_cost(
    as_system: Cast, planned: Make
) -> None:
    cast = as_system
    salon = planned(people(cast, 20), capacity=8, held_out=0.2, assumed_rate=0.5)
    actions.propose(salon, by=cast.wei, at=NOON)
    actions.open_invitations(salon, by=cast.wei, at=NOON)
    guest = salon.guests.filter(state="invited")[0]
    actions.check_in(guest, by=cast.mei, at=DAY)
    actions.end(salon, by=TESTS, at=AFTER)
    with pytest.raises(BadInput):
        actions.settle(salon, learned="再办", by=cast.wei, at=AFTER)

    actions.change_cost(salon.costs.get(), actual=Decimal(580), by=cast.wei, at=AFTER)
    done = actions.settle(salon, learned="再办，早一周发邀请", by=cast.wei, at=AFTER)

    assert done.state == Salon.State.SETTLED
    assert done.experiment is not None
    done.experiment.refresh_from_db()
    assert done.experiment.fixed_cost == Decimal(580)
    found = queries.result(done)
    assert (found.counts["came"], found.each) == (1, Decimal("580.00"))
    assert found.effect is not None
    assert found.effect.control == salon.guests.filter(state="held_out").count()


def test_attending_a_course_is_a_contact_of_service(as_system: Cast, inviting: Make) -> None:
    (a,) = people(as_system, 1)
    salon = inviting([a], kind=Kind.objects.get(code="course"), friends=0)

    actions.check_in(guest_of(salon, a), by=as_system.mei, at=DAY)

    assert Touch.objects.get(customer=a, channel="branch").purpose == "service"

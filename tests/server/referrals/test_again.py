"""A reward that was not given after all, or not fetched: decided on, and given again."""

from __future__ import annotations

from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
import time_machine
from django.db import connection
from tests.server.referrals.conftest import Bring, Rule, later, points_of
from tests.server.referrals.test_pages import enter, post, text

from regulars.base.errors import BadInput, Refused
from regulars.server.core import events
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Programme
from regulars.server.products.models import Product
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral, Reward
from regulars.server.rewards import actions as rewards
from regulars.server.rewards.models import Batch, Coupon, Gift, Present
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def pot(as_system: Cast) -> Gift:
    """A gift so dear that somebody approves it."""
    made = rewards.write_gift(
        code="G02", name="紫砂壶", name_en="Teapot", unit_cost=Decimal(380),
        condition="referral", by=TESTS, at=NOON,
    )  # fmt: skip
    rewards.arrive(made, as_system.willow, 3, by=TESTS, at=NOON)
    return made


@pytest.fixture
def batch(as_system: Cast) -> Batch:
    kind = rewards.write_kind(
        name="话费券", name_en="Phone credit", what="value", value=Decimal(30),
        unit_cost=Decimal(27), condition="referral", days=30, by=TESTS, at=NOON,
    )  # fmt: skip
    return rewards.make_batch(kind, name="2026 Q4", size=5, by=TESTS, at=NOON)


@pytest.fixture
def made(rule: Rule, pot: Gift, batch: Batch, bring: Bring, as_system: Cast) -> Referral:
    """Li was given a teapot for a friend, who was given a coupon."""
    rule(
        referrer_way="gift", referrer_thing=pot.public_id, referrer_amount=1,
        friend_way="coupon", friend_thing=batch.public_id, friend_amount=1,
    )  # fmt: skip
    found = bring()
    assert found.friend is not None
    bought(as_system, found.friend, TODAY, source="f")
    actions.keep(by=TESTS, at=later(1))
    found.refresh_from_db()
    assert found.state == "rewarded"
    return found


def of(made: Referral, side: str = "referrer") -> Reward:
    return made.rewards.get(side=side)


def refused(made: Referral, cast: Cast) -> Reward:
    rewards.refuse(Present.objects.get(), note="too dear", by=cast.wei, at=later(2))
    events.handle(at=later(2))
    return of(made)


def test_a_gift_that_was_refused_is_no_longer_given(made: Referral, as_system: Cast) -> None:
    row = refused(made, as_system)

    assert (row.state, row.waiting) == ("withheld", "too dear")
    assert made.steps.filter(what="withheld", words="too dear").count() == 1
    listed, _more = queries.listed(as_system.wei, later(2), show="owed")
    assert ([one.it for one in listed], queries.tallies(as_system.wei, later(2)).owed) == (
        [made], 1,
    )  # fmt: skip
    assert not actions.not_given("gift", row.receipt, by=TESTS, at=later(3))


@pytest.mark.parametrize("how", ["withdrawn", "returned", "void"])
def test_whatever_undoes_it_is_heard_of(made: Referral, as_system: Cast, how: str) -> None:
    present, side = Present.objects.get(), "referrer"
    if how == "withdrawn":
        rewards.withdraw(present, by=as_system.mei, at=later(2))
    elif how == "returned":
        rewards.approve(present, by=as_system.wei, at=later(2))
        rewards.hand_over(present, by=as_system.mei, at=later(2))
        rewards.come_back(present, reason="moved away", by=as_system.mei, at=later(3))
    else:
        coupon, side = Coupon.objects.get(customer=made.friend), "friend"
        rewards.void(coupon, reason="a mistake", by=as_system.mei, at=later(2))
    events.handle(at=later(3))

    why = {"withdrawn": "dropped", "returned": "moved away", "void": "a mistake"}[how]
    assert (of(made, side).state, of(made, side).waits) == ("withheld", why)


def test_what_the_referral_took_back_itself_is_not_asked_about(
    made: Referral, as_system: Cast
) -> None:
    actions.take_back(made, words="one person", by=as_system.lin, at=later(2))
    events.handle(at=later(2))

    assert {row.state for row in made.rewards.all()} == {"reversed"}


def test_the_same_is_given_again_and_asked_for_anew(made: Referral, as_system: Cast) -> None:
    row = refused(made, as_system)

    assert actions.give_again(row, words="agreed with Lin", by=as_system.wei, at=later(3))

    made.refresh_from_db()
    states = list(Present.objects.order_by("pk").values_list("state", flat=True))
    assert (states, made.state, of(made).state) == (["refused", "waiting"], "rewarded", "given")
    assert made.steps.filter(what="again", words="agreed with Lin").exists()


def test_something_else_is_given_in_its_place(
    made: Referral, batch: Batch, as_system: Cast
) -> None:
    row = refused(made, as_system)
    instead = actions.Instead("coupon", batch.public_id, 1)

    assert actions.give_again(row, words="too dear", instead=instead, by=as_system.wei, at=NOON)

    coupon = Coupon.objects.get(customer=as_system.li)
    assert (of(made).receipt, of(made).way) == (coupon.public_id, "coupon")


def test_what_cannot_be_given_again_now_waits_and_comes(
    made: Referral, pot: Gift, as_system: Cast
) -> None:
    row = refused(made, as_system)
    rewards.count(pot, as_system.willow, 0, note="broken", by=TESTS, at=NOON)
    assert not actions.give_again(row, words="again", by=as_system.wei, at=later(3))
    assert (of(made).state, of(made).waits) == ("due", "none_left")

    rewards.arrive(pot, as_system.willow, 1, by=TESTS, at=NOON)
    actions.keep(by=TESTS, at=later(4))

    made.refresh_from_db()
    assert (of(made).state, made.state) == ("given", "rewarded")


def test_nobody_decides_on_customers_of_their_own_or_twice(
    made: Referral, as_system: Cast
) -> None:
    row = refused(made, as_system)
    with pytest.raises(actions.NotYours):
        actions.give_again(row, words="again", by=as_system.mei, at=later(3))
    with pytest.raises(BadInput):
        actions.give_again(row, words=" ", by=as_system.wei, at=later(3))
    actions.leave(row, words="she did not want it", by=as_system.wei, at=later(3))
    assert of(made).state == "reversed"
    with pytest.raises(Refused):
        actions.give_again(row, words="again", by=as_system.wei, at=later(3))


def test_so_many_points_are_no_matter_of_one_person(
    made: Referral, programme: Programme, as_system: Cast
) -> None:
    row, most = refused(made, as_system), programme.approval_from
    with pytest.raises(BadInput):
        actions.give_again(
            row, words="again", instead=actions.Instead("points", "", most), by=as_system.wei,
            at=NOON,
        )  # fmt: skip
    actions.give_again(
        row, words="again", instead=actions.Instead("points", "", most - 1), by=as_system.wei,
        at=NOON,
    )  # fmt: skip
    assert points_of(as_system.li) == most - 1


def test_a_bank_gives_nothing_else_for_what_became_a_deposit(
    rule: Rule, pot: Gift, batch: Batch, bring: Bring, as_system: Cast
) -> None:
    Product.objects.create(code="P1", name="存管通", kind="card")
    rule(
        products=["P1"], friend_way="", friend_amount=0, referrer_way="gift",
        referrer_thing=pot.public_id, referrer_amount=1,
    )  # fmt: skip
    made = bring()
    Referral.objects.update(state="customer", joined_on=TODAY, earned_on=TODAY)
    actions.reward(made, by=TESTS, at=later(1))
    row = refused(made, as_system)
    Product.objects.update(kind="deposit")

    with pytest.raises(actions.Forbidden):
        actions.give_again(
            row, words="again", instead=actions.Instead("coupon", batch.public_id, 1),
            by=as_system.wei, at=NOON,
        )  # fmt: skip


def test_a_lapsed_reward_is_given_once_its_customer_can_have_it(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule(referrer_way="", referrer_amount=0)
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY, source="f")
    for day in (1, 182):
        actions.keep(by=TESTS, at=later(day))
    made.refresh_from_db()
    assert (of(made, "friend").state, made.settled) == ("lapsed", "lapsed")
    loyalty.join(made.friend, by=TESTS, at=later(190))

    assert actions.give_again(
        of(made, "friend"), words="joined now", by=as_system.wei, at=later(190)
    )

    made.refresh_from_db()
    assert (made.state, made.settled, points_of(made.friend)) == ("rewarded", "", 200)


def test_who_leads_decides_on_the_page(made: Referral, batch: Batch, as_system: Cast) -> None:
    row = refused(made, as_system)
    page = f"/referrals/{made.public_id}/"
    assert "Give it again, or something else" not in text(enter(as_system.mei), page)
    wei = enter(as_system.wei)
    shown = text(wei, page)
    assert ("Give it again, or something else" in shown, "too dear" in shown) == (True, True)
    assert "Not all of it was given after all" in shown
    assert "our thanks are with you" not in shown
    where = f"{page}rewards/{row.public_id}"
    assert "Nothing: it stays so" in text(wei, where)

    assert post(wei, where, what="points", words="why") == 422
    assert post(wei, where, what=f"coupon:{batch.public_id}", words="too dear") == 302

    assert (of(made).state, of(made).way) == ("given", "coupon")
    assert post(enter(as_system.mei), where, what="same", words="mine") == 403


def test_a_coupon_for_a_referral_says_so(made: Referral) -> None:
    coupon = Coupon.objects.get(customer=made.friend)
    assert coupon.source == "thanks"

    Coupon.objects.update(source="hand")
    known = import_module("regulars.server.rewards.migrations.0006_given_for_a_referral")
    with connection.cursor() as db:
        db.execute(known.KNOWN)
    coupon.refresh_from_db()
    free = Coupon.objects.filter(state="free").first()
    assert (coupon.source, free and free.source) == ("thanks", "hand")

"""A coupon or a gift as a thank-you: named by the terms, given once, never lost, taken back."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.server.referrals.conftest import USUAL, Bring, Rule, later, points_of
from tests.server.referrals.test_pages import enter, post, text

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.core.models import Company
from regulars.server.products.models import Product
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral, Reward, Terms
from regulars.server.rewards import actions as rewards
from regulars.server.rewards.models import Batch, Coupon, CouponKind, Gift, Present, Stock
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(as_system: Cast) -> CouponKind:
    return rewards.write_kind(
        name="话费券", name_en="Phone credit", what="value", value=Decimal(30),
        unit_cost=Decimal(27), condition="referral", days=30, by=TESTS, at=NOON,
    )  # fmt: skip


@pytest.fixture
def batch(kind: CouponKind) -> Batch:
    return rewards.make_batch(kind, name="2026 Q4", size=1, per_customer=1, by=TESTS, at=NOON)


@pytest.fixture
def tea(as_system: Cast) -> Gift:
    return rewards.write_gift(
        code="G01", name="茶叶一盒", name_en="A box of tea", unit_cost=Decimal(48),
        condition="referral", by=TESTS, at=NOON,
    )  # fmt: skip


@pytest.fixture
def both(rule: Rule, batch: Batch, tea: Gift) -> Terms:
    """Who referred gets tea, the friend a coupon."""
    return rule(
        referrer_way="gift", referrer_thing=tea.public_id, referrer_amount=1,
        friend_way="coupon", friend_thing=batch.public_id, friend_amount=1,
    )  # fmt: skip


def come(bring: Bring, cast: Cast, name: str = "王芳", phone: str = "10100000077") -> Referral:
    made = bring(name, phone)
    bought(cast, made.friend, TODAY, source=phone)  # type: ignore[arg-type]
    return made


def arrive(gift: Gift, cast: Cast, n: int = 1) -> None:
    rewards.arrive(gift, cast.willow, n, by=TESTS, at=NOON)


def of(made: Referral, side: str) -> Reward:
    return made.rewards.get(side=side)


def test_one_gets_a_gift_and_the_other_a_coupon_once(
    both: Terms, tea: Gift, bring: Bring, as_system: Cast
) -> None:
    arrive(tea, as_system, 2)
    made = come(bring, as_system)

    for day in (1, 1, 2):
        actions.keep(by=TESTS, at=later(day))

    made.refresh_from_db()
    assert made.state == "rewarded"
    present, coupon = Present.objects.get(), Coupon.objects.get(customer=made.friend)
    assert (present.customer, present.occasion) == (as_system.li, "thanks")
    assert (coupon.state, of(made, "friend").receipt) == ("issued", coupon.public_id)
    assert Stock.objects.get().held == 1
    # Whoever asks again under the same key has the same coupon.
    row = of(made, "friend")
    with transaction.atomic():
        Reward.objects.filter(pk=row.pk).update(state="due")
        Referral.objects.filter(pk=made.pk).update(state="customer")
        assert actions.reward(made, by=TESTS, at=later(2))
    assert (Coupon.objects.filter(state="issued").count(), Present.objects.count()) == (1, 1)


def test_an_empty_batch_and_an_empty_shelf_lose_nobodys_reward(
    both: Terms, kind: CouponKind, tea: Gift, bring: Bring, as_system: Cast
) -> None:
    rewards.issue(Batch.objects.get(), as_system.qian, key="other", by=TESTS, at=NOON)
    made = come(bring, as_system)
    for day in (1, 400):  # longer than anybody's time to fetch it
        actions.keep(by=TESTS, at=later(day))
    states = {row.side: (row.state, row.waits) for row in made.rewards.all()}
    assert states == {"referrer": ("due", "none_left"), "friend": ("due", "sold_out")}
    assert [row.it for row in queries.listed(as_system.wei, later(400), show="owed")[0]] == [
        made
    ]

    arrive(tea, as_system)
    rewards.make_batch(kind, name="2027 Q1", size=5, by=TESTS, at=later(401))
    actions.keep(by=TESTS, at=later(402))

    made.refresh_from_db()
    assert (made.state, {row.state for row in made.rewards.all()}) == ("rewarded", {"given"})
    assert Coupon.objects.get(customer=made.friend).batch.name == "2027 Q1"


def test_why_a_reward_waits_is_read_in_both_languages(
    both: Terms, bring: Bring, as_system: Cast
) -> None:
    made = come(bring, as_system)
    actions.keep(by=TESTS, at=later(1))
    scope.set_scope(scope.EVERYBODY)
    client = enter(as_system.mei)
    assert "None is left on the shelf of this branch" in text(
        client, f"/referrals/{made.public_id}/"
    )
    client.cookies["regulars_language"] = "zh-hans"
    assert "本机构已无库存" in text(client, f"/referrals/{made.public_id}/")


def test_what_was_not_used_yet_comes_back(
    both: Terms, tea: Gift, bring: Bring, as_system: Cast
) -> None:
    arrive(tea, as_system)
    made = come(bring, as_system)
    actions.keep(by=TESTS, at=later(1))

    actions.take_back(made, words="one person", by=as_system.wei, at=later(2))

    assert {row.state for row in made.rewards.all()} == {"reversed"}
    assert Coupon.objects.get(customer=made.friend).state == "void"
    assert (Present.objects.get().state, Stock.objects.get().held) == ("withdrawn", 1)


def test_what_was_used_is_told_not_to_come_back(
    both: Terms, tea: Gift, bring: Bring, as_system: Cast
) -> None:
    arrive(tea, as_system)
    made = come(bring, as_system)
    actions.keep(by=TESTS, at=later(1))
    code = Coupon.objects.get(customer=made.friend).code
    rewards.redeem(code, key="till", by=TESTS, at=later(1), amount=Decimal(100))
    rewards.hand_over(Present.objects.get(), by=as_system.mei, at=later(1))

    actions.take_back(made, words="one person", by=as_system.wei, at=later(2))

    states = {row.side: (row.state, row.waits) for row in made.rewards.all()}
    assert states == {"referrer": ("kept", "handed"), "friend": ("kept", "redeemed")}
    told = list(made.steps.filter(what__in=("kept", "reversed")).values_list("what", flat=True))
    assert told == ["kept", "kept"]
    scope.set_scope(scope.EVERYBODY)
    page = text(enter(as_system.mei), f"/referrals/{made.public_id}/")
    assert "The coupon was redeemed before." in page
    assert "The gift was handed over before." in page


def test_a_bank_promises_no_coupon_and_no_gift_for_a_deposit(
    rule: Rule, batch: Batch, tea: Gift, as_system: Cast
) -> None:
    Product.objects.create(code="D1", name="定期", kind="deposit")
    coupon = {"friend_way": "coupon", "friend_thing": batch.public_id, "friend_amount": 1}
    gift = {"friend_way": "gift", "friend_thing": tea.public_id, "friend_amount": 1}
    nothing = {"referrer_way": "", "referrer_amount": 0}
    for what in (coupon, gift):
        for told in (
            {"event": "balance", "least": 50_000},
            {"event": "won", "products": ["D1"]},
        ):
            with pytest.raises(actions.Forbidden):
                rule(**nothing, **what, **told)
    Company.objects.update(kind="retailer")
    assert rule(**nothing, **coupon, event="balance", least=50_000).friend_way == "coupon"


def test_what_became_a_deposit_since_is_not_given_by_a_bank(
    rule: Rule, bring: Bring, batch: Batch, as_system: Cast
) -> None:
    Company.objects.update(kind="retailer")
    rule(event="balance", least=1, friend_way="coupon", friend_thing=batch.public_id,
         friend_amount=1, referrer_way="", referrer_amount=0)  # fmt: skip
    made = come(bring, as_system)
    Referral.objects.filter(pk=made.pk).update(
        state="customer", joined_on=TODAY, earned_on=TODAY
    )
    Company.objects.update(kind="bank")
    assert not actions.reward(made, by=TESTS, at=later(1))
    assert of(made, "friend").waits == "forbidden"


def test_terms_name_the_batch_or_the_gift(rule: Rule, batch: Batch, tea: Gift) -> None:
    for told in (
        {"friend_way": "coupon", "friend_amount": 1},
        {"friend_way": "coupon", "friend_amount": 2, "friend_thing": batch.public_id},
        {"friend_way": "gift", "friend_amount": 1, "friend_thing": batch.public_id},
        {"friend_way": "points", "friend_amount": 5, "friend_thing": tea.public_id},
    ):
        with pytest.raises(BadInput):
            rule(**told)
    rewards.close_batch(batch, by=TESTS, at=NOON)
    with pytest.raises(BadInput):
        rule(friend_way="coupon", friend_amount=1, friend_thing=batch.public_id)
    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.create(**(USUAL | {"friend_way": "coupon"}), version=9, made_at=NOON)


@pytest.mark.parametrize(
    ("language", "friend", "own"),
    [
        ("en", "and you get: Phone credit (¥30 off)", "for you: A box of tea"),
        ("zh-hans", "话费券（减 30 元）", "您：茶叶一盒"),
    ],
)
def test_both_read_what_they_get_in_its_own_words(
    both: Terms, as_system: Cast, language: str, friend: str, own: str
) -> None:
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    client = Client()
    client.cookies["regulars_language"] = language
    assert friend in text(client, f"/r/{link.token}/")
    assert own in text(client, f"/r/mine/{link.own_token}/")


def test_the_rule_is_written_with_a_batch_and_a_gift(
    batch: Batch, tea: Gift, programme: Any, as_system: Cast
) -> None:
    scope.set_scope(scope.EVERYBODY)
    client = enter(as_system.ada)
    told = {
        "name": "老带新", "event": "purchase", "window_days": 60, "most_days": 365,
        "referrer_way": f"gift:{tea.public_id}", "friend_way": f"coupon:{batch.public_id}",
        "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    assert post(client, "/referrals/rules/draft", **told) == 302
    made = Terms.objects.get()
    assert (made.referrer_thing, made.friend_thing) == (tea.public_id, batch.public_id)
    assert (made.referrer_amount, made.friend_amount) == (1, 1)


def test_points_wait_until_their_day_and_then_no_more(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = come(bring, as_system)
    actions.keep(by=TESTS, at=later(1))
    assert of(made, "friend").waits_until == TODAY + timedelta(days=181)
    actions.keep(by=TESTS, at=later(181))
    assert of(made, "friend").state == "due"
    actions.keep(by=TESTS, at=later(182))
    made.refresh_from_db()
    assert (of(made, "friend").state, made.state) == ("lapsed", "rewarded")
    assert points_of(as_system.li) == 500

"""A friend comes, agrees, is spoken with, becomes a customer; both are thanked, once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from tests.server.referrals.conftest import Bring, Rule, later, points_of

from regulars.server.channels.models import Consent
from regulars.server.core.models import Company
from regulars.server.customers.models import Customer, FactKey, Relation
from regulars.server.facts import actions as facts
from regulars.server.loyalty import actions as loyalty
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral, Reward, Terms
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance

pytestmark = pytest.mark.django_db


def test_a_friend_gets_a_file_a_clock_and_a_consent_of_their_own(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    terms = rule()
    made = bring()

    assert made.friend is not None
    assert (made.friend.name, made.friend.source) == ("王芳", "referral")
    assert made.friend.book == as_system.mei_book
    assert (made.state, made.terms) == ("received", terms)
    assert made.contact_by == NOON + timedelta(days=1)  # Monday noon, Tuesday noon
    entry = Consent.objects.get(customer=made.friend)
    assert (entry.purpose, entry.channel, entry.source) == ("marketing", "call", "call")


def test_on_a_friday_the_clock_of_24_hours_leaves_the_weekend_out(
    rule: Rule, bring: Bring
) -> None:
    rule()
    friday = later(4)
    assert bring(at=friday).contact_by == friday + timedelta(days=3)


def test_what_the_referrer_says_is_a_call_and_no_consent_to_news(
    rule: Rule, bring: Bring
) -> None:
    rule()
    made = bring(word=actions.Word("referrer", "Li said he waits for the call"))
    assert not Consent.objects.filter(customer=made.friend).exists()
    with pytest.raises(actions.NoConsent):
        bring("赵六", "10100000078", word=actions.Word("referrer", "", ("sms",)))


def test_who_is_a_customer_already_is_no_referral(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring("钱振华", "10100000003")
    assert (made.friend, made.state, made.reason) == (as_system.qian, "refused", "known")
    own = bring("李娜", "10100000001")
    assert (own.state, own.reason) == ("refused", "self")


def test_whoever_referred_somebody_first_has_brought_them(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    first = bring()
    second = bring(of=as_system.qian)
    assert (first.state, second.state, second.reason) == ("received", "refused", "earlier")
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=second.pk).update(state="received", ended_at=None, reason="")


def test_the_first_purchase_thanks_both_once(rule: Rule, bring: Bring, as_system: Cast) -> None:
    rule()
    made = bring()
    assert made.friend is not None
    loyalty.join(made.friend, by=TESTS, at=NOON)
    bought(as_system, made.friend, TODAY + timedelta(days=2))

    for day in (2, 2, 3):
        actions.keep(by=TESTS, at=later(day))

    made.refresh_from_db()
    assert (made.state, made.joined_on) == ("rewarded", TODAY + timedelta(days=2))
    assert (points_of(as_system.li), points_of(made.friend)) == (500, 200)
    assert made.rewards.count() == 2
    tie = Relation.objects.get(kind="referrer")
    assert (tie.customer, tie.other) == (made.friend, as_system.li)
    made.friend.refresh_from_db()
    assert made.friend.since == TODAY + timedelta(days=2)


def test_what_cannot_be_given_yet_waits_and_comes_later(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY + timedelta(days=2))
    actions.keep(by=TESTS, at=later(3))
    made.refresh_from_db()
    assert (made.state, points_of(as_system.li)) == ("customer", 500)
    assert made.rewards.get(side="friend").waits

    loyalty.join(made.friend, by=TESTS, at=later(4))
    actions.keep(by=TESTS, at=later(5))
    made.refresh_from_db()
    assert (made.state, points_of(made.friend), points_of(as_system.li)) == (
        "rewarded", 200, 500,
    )  # fmt: skip


def test_a_refund_of_all_of_it_takes_the_reward_back(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule(friend_way="", friend_amount=0)
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY + timedelta(days=2))
    actions.keep(by=TESTS, at=later(3))
    assert points_of(as_system.li) == 500

    refunded(as_system, made.friend, TODAY + timedelta(days=2))
    actions.keep(by=TESTS, at=later(5))
    made.refresh_from_db()
    assert (made.state, points_of(as_system.li)) == ("rewarded", 500), "perhaps it comes again"
    actions.keep(by=TESTS, at=later(8))
    made.refresh_from_db()
    assert (made.state, made.reason, points_of(as_system.li)) == ("lost", "undone", 0)
    actions.keep(by=TESTS, at=later(9))
    assert points_of(as_system.li) == 0


def test_facts_taken_out_and_loaded_again_undo_nothing(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule(friend_way="", friend_amount=0)
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY, source="a")
    actions.keep(by=TESTS, at=later(1))
    facts.withdraw("a", by=TESTS, at=later(2))
    actions.keep(by=TESTS, at=later(2))
    bought(as_system, made.friend, TODAY, source="b")
    for day in (3, 6, 9):
        actions.keep(by=TESTS, at=later(day))
    made.refresh_from_db()
    assert (made.state, made.missing_since, points_of(as_system.li)) == ("rewarded", None, 500)


def refunded(cast: Cast, who: Customer, day: object) -> None:
    key = FactKey.objects.get(customer=who).pk
    rows = (
        f"select {key}::bigint as fact_key, timestamp '{day} 02:00:00' as occurred_at, "
        f"date '{day}' as local_date, -10000::bigint as amount, null::double as quantity, "
        f"null::bigint as cost, 'cast-{key}-{day}' as order_id, "
        "null::varchar as product_id, null::varchar as category, "
        "'pos' as channel, null::varchar as branch, 'refund' as kind, "
        f"null::varchar as external_id, 'refund-{key}' as row_key, "
        f"timestamp '{day} 03:00:00' as known_at"
    )
    facts.add("transactions", rows, source="refund", by=TESTS, at=NOON)


def test_the_database_knows_one_level(rule: Rule, bring: Bring, as_system: Cast) -> None:
    """A friend who refers begins a new one: whoever brought them gets nothing for it."""
    rule(friend_way="", friend_amount=0)
    first = bring()
    assert first.friend is not None
    bought(as_system, first.friend, TODAY + timedelta(days=1), source="a")
    actions.keep(by=TESTS, at=later(2))
    loyalty.join(first.friend, by=TESTS, at=later(2))
    second = bring("孙丽", "10100000079", of=first.friend, at=later(3))
    assert second.friend is not None
    bought(as_system, second.friend, TODAY + timedelta(days=4), source="b")
    actions.keep(by=TESTS, at=later(5))

    assert (points_of(as_system.li), points_of(first.friend)) == (500, 500)
    with connection.cursor() as db:
        db.execute("set constraints all immediate")
    with pytest.raises(IntegrityError), transaction.atomic():
        Reward.objects.create(
            referral=second, customer=as_system.li, side="friend", way="points", amount=1,
            made_at=NOON,
        )  # fmt: skip
    with pytest.raises(IntegrityError), transaction.atomic():
        Reward.objects.create(
            referral=second, customer=first.friend, side="referrer", way="points", amount=1,
            made_at=NOON,
        )  # fmt: skip


def test_above_the_limit_a_referrer_gets_nothing_and_the_friend_does(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule(most=1, most_days=365)
    for n in (1, 2):
        made = bring(f"友{n}", f"1010000008{n}")
        assert made.friend is not None
        loyalty.join(made.friend, by=TESTS, at=NOON)
        bought(as_system, made.friend, TODAY + timedelta(days=n), source=f"s{n}")
    actions.keep(by=TESTS, at=later(4))
    states = sorted(Reward.objects.values_list("side", "state"))
    assert states == [
        ("friend", "given"), ("friend", "given"), ("referrer", "capped"), ("referrer", "given"),
    ]  # fmt: skip
    assert points_of(as_system.li) == 500


def test_a_bank_gives_nothing_for_a_deposit(rule: Rule, as_system: Cast) -> None:
    with pytest.raises(actions.Forbidden):
        rule(event="balance", least=50_000)
    Company.objects.update(kind="retailer")
    assert rule(event="balance", least=50_000).event == "balance"


def test_a_balance_counts_once_all_accounts_hold_it(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    Company.objects.update(kind="retailer")
    rule(event="balance", least=50_000, friend_way="", friend_amount=0)
    made = bring()
    assert made.friend is not None
    day = TODAY + timedelta(days=2)
    has_balance(as_system, made.friend, (day, 40_000_00), (day + timedelta(days=3), 60_000_00))
    actions.keep(by=TESTS, at=later(8))
    made.refresh_from_db()
    assert (made.joined_on, made.earned_on) == (day, day + timedelta(days=3))


def test_money_moved_between_own_accounts_on_one_day_is_not_counted_twice(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    Company.objects.update(kind="retailer")
    rule(event="balance", least=100_000, friend_way="", friend_amount=0)
    made = bring()
    assert made.friend is not None
    day = TODAY + timedelta(days=2)
    first, moved = (day, 60_000_00), day + timedelta(days=3)
    has_balance(as_system, made.friend, (moved, 60_000_00), account="B")
    has_balance(as_system, made.friend, first, (moved, 0), account="C")
    has_balance(as_system, made.friend, (moved, 39_000_00), account="A")
    actions.keep(by=TESTS, at=later(8))
    made.refresh_from_db()
    assert made.earned_on is None


def test_adopted_terms_stay_and_new_ones_hold_from_tomorrow(rule: Rule) -> None:
    terms = rule()
    with pytest.raises(IntegrityError), transaction.atomic():
        Terms.objects.filter(pk=terms.pk).update(referrer_amount=9_000)
    with pytest.raises(actions.TooSoon):
        rule(referrer_amount=800)
    newer = actions.draft(
        **{"name": "b", "event": "customer", "valid_from": TODAY + timedelta(days=1)},
        by=TESTS, at=NOON,
    )  # fmt: skip
    actions.adopt(newer, by=TESTS, at=NOON)
    assert queries.in_force(TODAY) == terms
    assert queries.in_force(TODAY + timedelta(days=1)) == newer


def test_when_the_days_of_the_terms_are_over_it_came_to_nothing(
    rule: Rule, bring: Bring
) -> None:
    rule(window_days=30)
    made = bring()
    actions.keep(by=TESTS, at=later(30))
    made.refresh_from_db()
    assert made.state == "received"
    actions.keep(by=TESTS, at=later(31))
    made.refresh_from_db()
    assert (made.state, made.reason) == ("lost", "time")


def test_late_ones_go_up_the_line_once_a_rung(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    assert actions.rise(by=TESTS, at=later(0.5)) == 0
    assert actions.rise(by=TESTS, at=later(1.01)) == 1
    assert actions.rise(by=TESTS, at=later(1.01)) == 0
    made.refresh_from_db()
    assert made.risen_to == as_system.wei


def test_a_customer_before_the_referral_is_found_once_facts_arrive(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY - timedelta(days=300))
    actions.keep(by=TESTS, at=later(1))
    made.refresh_from_db()
    assert (made.state, made.reason) == ("refused", "known")

"""What benefits lay on Today, and when it is taken back; merges, copies, erasure."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from tests.server.rewards.conftest import Shop, batch_of, kind_of, later, privilege_of

from regulars.server.care import actions as care
from regulars.server.care.models import Task
from regulars.server.care.queries import wording
from regulars.server.core import custody
from regulars.server.identity import actions as identity
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Coupon, Present, Signature, Use
from regulars.server.tiers.models import Assignment
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


def tasks(trigger: str, state: str = "open") -> list[str]:
    found = Task.objects.filter(trigger=trigger, state=state).order_by("pk")
    return [task.cycle for task in found]


def test_an_approved_gift_waits_on_today_until_it_is_handed_over(shop: Shop) -> None:
    made = shop.ask()
    shop.ask(shop.pot, shop.cast.qian)
    care.plan(day=TODAY, by=TESTS, at=NOON)
    assert tasks("gift_waiting") == [f"gift:{made.pk}:{TODAY + timedelta(days=7)}"]

    actions.hand_over(made, typed="李娜", by=shop.cast.mei, at=NOON)
    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=later(1))
    assert tasks("gift_waiting") == []


def test_a_coupon_that_ends_is_spoken_of_until_it_is_redeemed(shop: Shop) -> None:
    coupon = shop.issue(batch_of())
    day = TODAY + timedelta(days=23)  # seven days before its last
    assert queries.coupons_of_day(TODAY) == []
    (row,) = queries.coupons_of_day(day)
    assert (row.ref, row.on) == (f"coupon-{coupon.pk}", coupon.expires_on)
    assert row.facts["coupon_zh"] == "话费券 30 元"
    actions.redeem(coupon.code, key="a", by=TESTS, at=NOON)
    assert queries.coupons_of_day(day) == []


def test_the_best_tier_hears_of_privileges_that_end_unused(ranked: Shop) -> None:
    Assignment.objects.filter(customer=ranked.cast.li).update(level=5)
    found = privilege_of(period="year", quotas={5: 2})
    assert queries.unused(date(2026, 11, 1)) == [], "too early"
    (work,) = queries.unused(TODAY)
    assert (work.customer_id, work.on) == (ranked.cast.li.pk, date(2026, 12, 31))
    assert "上门服务" in work.step
    ranked.use(found)
    assert queries.unused(TODAY) == []


def test_a_merge_brings_everything_along_and_an_unmerge_takes_it_back(ranked: Shop) -> None:
    found = privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 1))
    batch = batch_of()
    for who in (ranked.cast.li, ranked.cast.qian):
        ranked.use(found, who)
        ranked.issue(batch, who)
        ranked.ask(who=who)
    merged = identity.merge(ranked.cast.li, ranked.cast.qian, by=TESTS, at=NOON)
    li = ranked.cast.li.pk
    for model in (Use, Present):
        assert set(model._default_manager.values_list("customer", flat=True)) == {li}
    assert Coupon.objects.filter(customer=li).count() == 2
    with pytest.raises(actions.UsedUp):
        ranked.use(found)
    identity.unmerge(merged, by=TESTS, at=NOON)
    assert Coupon.objects.filter(customer=li).count() == 1
    assert Use.objects.filter(customer=ranked.cast.qian).count() == 1


def test_who_is_forgotten_leaves_the_costs_and_nothing_else(ranked: Shop) -> None:
    li = ranked.cast.li
    ranked.use(privilege_of(), note="met at 7 Lake Road")
    coupon = ranked.issue(batch_of())
    actions.hand_over(ranked.ask(), typed="李娜", by=ranked.cast.mei, at=NOON)
    custody.erase(li.pk, by=TESTS, at=NOON)
    coupon.refresh_from_db()
    assert coupon.state == "void"
    assert Signature.objects.count() == 0
    assert (Use.objects.get().note, Present.objects.get().reason) == ("", "—")
    assert Use.objects.get().cost == 60


def test_the_morning_lays_a_coupon_on_the_list_and_takes_it_back(ranked: Shop) -> None:
    shop, li = ranked, ranked.cast.li
    li.consents = {"call": True, "wecom": True, "sms": False, "email": False}
    li.save(update_fields=["consents"])
    coupon = shop.issue(batch_of(kind=kind_of(days=7)))
    care.plan(day=TODAY, by=TESTS, at=NOON)
    (cycle,) = tasks("coupon_expiring")
    assert cycle.startswith(f"coupon-{coupon.pk}@")
    actions.redeem(coupon.code, key="a", by=TESTS, at=NOON)
    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=later(1))
    assert tasks("coupon_expiring") == []


def test_the_morning_names_unused_privileges_once(ranked: Shop) -> None:
    li = ranked.cast.li
    li.consents = {"call": True, "wecom": True, "sms": False, "email": False}
    li.save(update_fields=["consents"])
    Assignment.objects.filter(customer=li).update(level=5)
    found = privilege_of(period="year", quotas={5: 2})
    care.plan(day=TODAY, by=TESTS, at=NOON)
    assert tasks("privilege_unused") == ["privilege:2026-12-31"]
    ranked.use(found, at=later(1))
    care.plan(day=TODAY + timedelta(days=1), by=TESTS, at=later(1))
    assert tasks("privilege_unused") == []


def test_the_company_says_from_which_level_unused_privileges_are_told(ranked: Shop) -> None:
    Assignment.objects.filter(customer=ranked.cast.li).update(level=5)
    Assignment.objects.filter(customer=ranked.cast.qian).update(level=3)
    privilege_of(period="year", quotas={5: 2, 3: 1})
    assert [work.customer_id for work in queries.unused(TODAY)] == [ranked.cast.li.pk]
    actions.set_policy(unused_from=3, by=TESTS, at=NOON)
    named = [work.customer_id for work in queries.unused(TODAY)]
    assert named == [ranked.cast.li.pk, ranked.cast.qian.pk]


def test_cards_name_gifts_and_privileges_in_both_languages(ranked: Shop) -> None:
    ranked.ask()
    (gift,) = queries.gifts_of_day(TODAY)
    assert (gift.step, gift.step_en) == ("茶叶一盒（生日）", "Tea (Birthday)")
    Assignment.objects.filter(customer=ranked.cast.li).update(level=5)
    privilege_of(period="year", quotas={5: 2})
    (work,) = queries.unused(TODAY)
    assert (work.step, work.step_en) == ("上门服务", "Service at home")
    care.plan(day=TODAY, by=TESTS, at=NOON)
    task = Task.objects.get(trigger="gift_waiting")
    for language, words in (("zh-hans", "茶叶一盒（生日）"), ("en", "Tea (Birthday)")):
        reader = wording.Reader(language, "CNY", TODAY)
        assert words in str(wording.chip(task, reader))


def test_signatures_and_names_on_old_coupons_go_in_their_time(ranked: Shop) -> None:
    coupon, open_ = ranked.issue(batch_of()), ranked.issue(batch_of())
    actions.redeem(coupon.code, key="a", by=TESTS, at=NOON)
    actions.hand_over(ranked.ask(), typed="李娜", by=ranked.cast.mei, at=NOON)
    assert (queries.old_signatures(NOON), queries.old_coupons(NOON)) == (0, 0)
    assert (queries.old_signatures(later(1)), queries.old_coupons(later(1))) == (1, 1)
    assert (actions.drop_signatures(later(1)), actions.drop_owners(later(1))) == (1, 1)
    coupon.refresh_from_db()
    open_.refresh_from_db()
    assert (coupon.customer, coupon.state) == (None, "redeemed")
    assert open_.customer == ranked.cast.li
    assert Present.objects.get().state == "received"
    assert Signature.objects.count() == 0

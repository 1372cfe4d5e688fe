"""Privileges: entitlement by the tier in force, quota, undo, terms for the future only."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.server.rewards.conftest import WEEKLY, Shop, later, privilege_of

from regulars.base.errors import BadInput
from regulars.server.rewards import actions, rules
from regulars.server.rewards.models import Privilege, Use
from regulars.server.tiers import queries as tiers
from regulars.testing.cast import NOON, TESTS, TODAY, bought, has_balance, scored

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


def level(shop: Shop) -> int:
    return tiers.tiers_of([shop.cast.li.pk])[shop.cast.li.pk].level


def test_periods_are_those_of_the_calendar() -> None:
    assert rules.period("month", date(2026, 12, 31)).stop == date(2027, 1, 1)
    assert rules.period("quarter", date(2026, 2, 28)) == rules.Period(
        date(2026, 1, 1), date(2026, 4, 1)
    )
    assert rules.period("year", TODAY).last == date(2026, 12, 31)


def test_a_privilege_is_used_within_its_quota(ranked: Shop) -> None:
    found = privilege_of(quotas={level(ranked): 2})
    first = ranked.use(found)
    ranked.use(found)
    assert (first.level, first.quota, first.cost) == (level(ranked), 2, Decimal(60))
    with pytest.raises(actions.UsedUp, match="2"):
        ranked.use(found)
    assert ranked.use(found, at=later(60)).period_start == date(2027, 1, 1)


def test_a_use_is_undone_the_same_day_and_counts_no_more(ranked: Shop) -> None:
    found = privilege_of(quotas={level(ranked): 1})
    use = ranked.use(found)
    with pytest.raises(actions.TooLate):
        actions.undo(use, by=ranked.cast.mei, at=later(1))
    actions.undo(use, by=ranked.cast.mei, at=NOON)
    ranked.use(found)
    with pytest.raises(IntegrityError), transaction.atomic():
        Use.objects.filter(pk=use.pk).update(undone_at=None)


def test_without_limit_is_without_limit(ranked: Shop) -> None:
    found = privilege_of(quotas={level(ranked): None})
    for _n in range(5):
        ranked.use(found)
    assert Use.objects.count() == 5


def test_who_is_in_another_tier_or_in_none_has_it_not(ranked: Shop) -> None:
    other = 1 if level(ranked) != 1 else 5
    with pytest.raises(actions.NotEntitled, match="does not bring"):
        ranked.use(privilege_of(quotas={other: 9}))
    with pytest.raises(actions.NotEntitled):
        ranked.use(privilege_of(), ranked.cast.zhou)


def test_a_use_of_an_earlier_day_asks_for_the_tier_of_that_day(shop: Shop) -> None:
    cast, day = shop.cast, TODAY - timedelta(days=20)
    for who, steps in (
        (cast.li, ((WEEKLY[0], 1_000_00), (day + timedelta(days=1), 9_000_000_00))),
        (cast.qian, ((WEEKLY[0], 90_000_00),)),
    ):
        bought(cast, who, *WEEKLY)
        has_balance(cast, who, *steps)
    scored(cast, as_of=day)
    then = level(shop)
    scored(cast)
    now = level(shop)
    assert then < now

    def holding(which: int) -> Privilege:
        return actions.write_privilege(
            kind="home_service", name="上门服务", period="year", unit_cost=Decimal(60),
            quotas={which: 9}, by=TESTS, at=later(-60),
        )  # fmt: skip

    of_then, of_now = holding(then), holding(now)
    assert shop.use(of_then, on=day).level == then
    assert shop.use(of_now).level == now
    for privilege, on in ((of_now, day), (of_then, TODAY), (of_then, day - timedelta(days=1))):
        with pytest.raises(actions.NotEntitled):
            shop.use(privilege, on=on)
    with pytest.raises(BadInput, match="too long ago"):
        shop.use(of_then, on=TODAY - timedelta(days=32))


def test_terms_that_hold_change_after_the_notice_and_never_before(ranked: Shop) -> None:
    first = privilege_of(quotas={level(ranked): 3})
    same = {"code": first.code, "quotas": {level(ranked): 1}}
    with pytest.raises(actions.TooSoon):
        privilege_of(**same, valid_from=TODAY + timedelta(days=14))
    second = privilege_of(**same)
    first.refresh_from_db()
    start = TODAY + timedelta(days=15)
    assert (second.version, second.valid_from, first.valid_until) == (2, start, start)
    ranked.use(first)
    with pytest.raises(actions.NotEntitled):
        ranked.use(second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Privilege.objects.filter(pk=first.pk).update(quotas={"5": 1})

    third = privilege_of(**same | {"unit_cost": Decimal(70)})
    assert Privilege.objects.filter(code=first.code).count() == 2, "it was not in force yet"
    actions.end_privilege(third, by=TESTS, at=NOON)
    first.refresh_from_db()
    assert first.valid_until is None


def test_a_privilege_ends_after_the_notice(ranked: Shop) -> None:
    found = privilege_of()
    with pytest.raises(actions.TooSoon):
        actions.end_privilege(found, on=TODAY, by=TESTS, at=NOON)
    assert actions.end_privilege(found, by=TESTS, at=NOON).valid_until == TODAY + timedelta(
        days=15
    )


def test_the_same_request_is_one_use(ranked: Shop) -> None:
    found = privilege_of()
    assert ranked.use(found, key="app-1") == ranked.use(found, key="app-1")
    with pytest.raises(BadInput):
        ranked.use(privilege_of(), key="app-1")


def test_a_bank_may_bind_a_privilege_to_a_tier_of_balances(ranked: Shop) -> None:
    assert ranked.use(privilege_of()).level == level(ranked)


def test_no_words_that_the_law_forbids(ranked: Shop) -> None:
    with pytest.raises(BadInput, match="最终解释权"):
        privilege_of(terms="最终解释权归本行所有")
    with pytest.raises(BadInput, match="which tiers"):
        privilege_of(quotas={})

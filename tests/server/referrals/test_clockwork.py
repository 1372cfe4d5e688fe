"""The hourly job: one that fails, one that waits, and a merge keep nobody else back."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.server.referrals.conftest import Bring, Rule, later, points_of

from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions as loyalty
from regulars.server.referrals import actions
from regulars.server.referrals.actions import rising
from regulars.server.referrals.models import Referral
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


def _fragile(customer: Customer, amount: int, **told: Any) -> str:
    if customer.name == "友0":
        raise RuntimeError("the shop of gifts is burning")
    return "given"


FRAGILE = actions.Way("fragile", "Gift", "gifts", tangible=False, give=_fragile,
                      take_back=lambda receipt, **told: None)  # fmt: skip


def test_one_that_fails_keeps_nobody_from_their_thanks(
    rule: Rule, bring: Bring, as_system: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    actions.add_way(FRAGILE)
    rule(friend_way="fragile", friend_amount=1)
    for n in range(2):
        made = bring(f"友{n}", f"1010000008{n}")
        bought(as_system, made.friend, TODAY, source=f"s{n}")  # type: ignore[arg-type]

    done = actions.keep(by=TESTS, at=later(1))

    assert (done.failed, done.rewarded, points_of(as_system.li)) == (1, 1, 500)
    assert "was not brought up to date" in caplog.text
    states = list(Referral.objects.order_by("pk").values_list("state", flat=True))
    assert states == ["received", "rewarded"], "what failed is as it was"


def test_who_waits_on_a_rung_starves_nobody(
    rule: Rule, bring: Bring, as_system: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rising, "BATCH", 1)
    rule()
    first, second = bring("友0", "10100000080"), bring("友1", "10100000081", at=later(0.001))
    moved = [actions.rise(by=TESTS, at=later(1.01)) for _ in range(3)]
    assert moved == [1, 1, 0]
    rows = Referral.objects.in_bulk([first.pk, second.pk])
    assert all(row.risen_to == as_system.wei for row in rows.values())


def test_the_files_are_locked_before_the_referral_as_a_merge_does(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    made = bring()
    loyalty.join(made.friend, by=TESTS, at=NOON)  # type: ignore[arg-type]
    bought(as_system, made.friend, TODAY)  # type: ignore[arg-type]

    with CaptureQueriesContext(connection) as asked:
        actions.keep(by=TESTS, at=later(1))

    locks = [q["sql"] for q in asked if "FOR " in q["sql"] and "UPDATE" in q["sql"]]
    tables = [sql.split('FROM "')[1].split('"')[0] for sql in locks if 'FROM "' in sql]
    firsts = [name for name, _same in itertools.groupby(tables)][:2]
    assert firsts == ["customers_customer", "referrals_referral"]

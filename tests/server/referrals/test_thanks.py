"""The statement of points says what a thank-you is for, and not of whom."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import translation
from tests.server.referrals.conftest import Bring, Rule, later

from regulars.server.loyalty import queries as loyalty
from regulars.server.referrals import actions
from regulars.testing.cast import TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


def test_points_of_a_referral_say_so(rule: Rule, bring: Bring, as_system: Cast) -> None:
    rule()
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY + timedelta(days=2))
    actions.keep(by=TESTS, at=later(3))

    with translation.override("en"):
        last = TODAY + timedelta(days=9)
        found = loyalty.statement(as_system.mei, as_system.li, TODAY, last)

    assert found is not None
    assert [(line.points, line.about) for line in found.lines] == [
        (500, "Thanks for a referral")
    ]

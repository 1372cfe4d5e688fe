"""Terms, a link of Li's, and a short way to bring a friend."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Account, Programme
from regulars.server.referrals import actions
from regulars.server.referrals.models import Referral, Terms
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

Bring = Callable[..., Referral]
Rule = Callable[..., Terms]
USUAL = {
    "name": "老带新",
    "name_en": "Bring a friend",
    "event": "purchase",
    "window_days": 90,
    "referrer_way": "points",
    "referrer_amount": 500,
    "friend_way": "points",
    "friend_amount": 200,
    "valid_from": TODAY,
}


def later(days: float) -> datetime:
    return NOON + timedelta(days=days)


@pytest.fixture
def programme(as_system: Cast) -> Programme:
    made = Programme.objects.create(
        pk=1, name="金穗积分", name_en="Golden Ear", prefix="600", began_on=date(2024, 11, 1)
    )
    loyalty.join(as_system.li, by=TESTS, at=NOON)
    return made


@pytest.fixture
def rule(as_system: Cast, programme: Programme) -> Rule:
    """Terms that hold from today on; what is named is other than usual."""

    def make(**told: Any) -> Terms:
        drafted = actions.draft(**(USUAL | told), by=TESTS, at=NOON)
        return actions.adopt(drafted, by=TESTS, at=NOON)

    return make


@pytest.fixture
def bring(as_system: Cast) -> Bring:
    """Mei writes down a friend of Li's, or of whom is named."""

    def make(
        name: str = "王芳", phone: str = "10100000077", *, of: Customer | None = None,
        at: datetime = NOON, **told: Any,
    ) -> Referral:  # fmt: skip
        word = actions.Word("call", "2026-11-23 12:00 电话", ("call",))
        return actions.take_in(
            of or as_system.li, actions.Friend(name, phone, note="房贷"),
            told.pop("word", word), by=told.pop("by", as_system.mei), at=at, **told,
        )  # fmt: skip

    return make


def points_of(customer: Customer) -> int:
    found = Account.objects.filter(customer=customer, currency="points").first()
    return found.active if found else 0

"""A small company that gives: a kind of coupon, two gifts on the shelf, a privilege."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

import pytest
from django.utils.translation import override

from regulars.server.core import scope
from regulars.server.core.models import OrgUnit
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Batch, Coupon, CouponKind, Gift, Privilege
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought, has_balance, scored

WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]


def later(days: int) -> datetime:
    return NOON + timedelta(days=days)


def year() -> tuple[queries.Span, queries.Span]:
    """Twelve months that are shown, and those of the contribution."""
    return (queries.span_of(12, NOON),) * 2


def kind_of(**given: Any) -> CouponKind:
    told: dict[str, Any] = {
        "name": "话费券 30 元", "name_en": "Phone credit 30", "what": "value",
        "value": Decimal(30), "unit_cost": Decimal("27.5"), "condition": "birthday", "days": 30,
    }  # fmt: skip
    return actions.write_kind(**told | given, by=TESTS, at=NOON)


def batch_of(size: int = 10, kind: CouponKind | None = None, **given: Any) -> Batch:
    told: dict[str, Any] = {"name": "2026 Q4", "size": size} | given
    return actions.make_batch(kind or kind_of(), **told, by=TESTS, at=NOON)


def privilege_of(**given: Any) -> Privilege:
    told: dict[str, Any] = {
        "kind": "home_service", "name": "上门服务", "name_en": "Service at home",
        "period": "quarter", "unit_cost": Decimal(60),
        "quotas": {5: None, 4: 6, 3: 2, 2: 2, 1: 2},
    }  # fmt: skip
    return actions.write_privilege(**told | given, by=TESTS, at=NOON)


@dataclass
class Shop:
    """The cast with what may be given; each request has a key of its own."""

    cast: Cast
    tea: Gift
    pot: Gift
    numbers: Any = field(default_factory=lambda: count(1))

    def key(self) -> str:
        return f"test:{next(self.numbers)}"

    def stock(self, gift: Gift, number: int, place: OrgUnit | None = None) -> None:
        actions.arrive(gift, place or self.cast.willow, number, by=TESTS, at=NOON)

    def issue(self, batch: Batch, who: Any = None, **told: Any) -> Coupon:
        told = {"key": self.key(), "by": TESTS, "at": NOON} | told
        return actions.issue(batch, who or self.cast.li, **told)

    def ask(self, gift: Gift | None = None, who: Any = None, **told: Any) -> Any:
        told = {
            "place": self.cast.willow, "occasion": "birthday", "reason": "60 岁生日",
            "key": self.key(), "by": self.cast.mei, "at": NOON,
        } | told  # fmt: skip
        return actions.ask(who or self.cast.li, gift or self.tea, **told)

    def use(self, privilege: Privilege, who: Any = None, **told: Any) -> Any:
        told = {"key": self.key(), "by": self.cast.mei, "at": NOON} | told
        return actions.use(who or self.cast.li, privilege, **told)


def fill(cast: Cast) -> Shop:
    """Put the gifts on the shelf of Willow."""
    told: dict[str, Any] = {"condition": "none", "by": TESTS, "at": NOON}
    tea = actions.write_gift(
        code="G01", name="茶叶一盒", name_en="Tea", unit_cost=Decimal(48), **told
    )
    pot = actions.write_gift(
        code="G02", name="紫砂壶", name_en="Teapot", unit_cost=Decimal(380), **told
    )
    shop = Shop(cast, tea, pot)
    shop.stock(tea, 10)
    shop.stock(pot, 2)
    return shop


def rank(cast: Cast) -> None:
    """Give Li and Qian a tier: both have money, so both are sorted."""
    for who, fen in ((cast.li, 900_000_00), (cast.qian, 90_000_00)):
        bought(cast, who, *WEEKLY)
        has_balance(cast, who, (date(2026, 1, 1), fen))
    scored(cast)
    scope.set_scope(scope.EVERYBODY)


@pytest.fixture
def in_english() -> Iterator[None]:
    """What is refused is read in English."""
    with override("en"):
        yield


@pytest.fixture
def shop(as_system: Cast) -> Shop:
    return fill(as_system)


@pytest.fixture
def ranked(shop: Shop) -> Shop:
    rank(shop.cast)
    return shop


__all__ = ["TODAY", "Shop", "batch_of", "kind_of", "later", "privilege_of", "year"]

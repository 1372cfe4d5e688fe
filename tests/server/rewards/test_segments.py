"""Segments ask for open coupons, the last gift, and privileges that are left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.server.rewards.conftest import Shop, batch_of, later, privilege_of

from regulars.server.core.models import Person
from regulars.server.rewards import actions
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment
from regulars.testing.cast import NOON, TODAY

pytestmark = pytest.mark.django_db


def found(viewer: Person, at: Any = NOON, **condition: Any) -> list[int]:
    segment = Segment(name="some", rule={"all": [condition]}, owner=viewer)
    return segments.members(viewer, segment, at=at)


def test_who_has_an_open_coupon_is_found_by_its_kind(ranked: Shop) -> None:
    cast, batch = ranked.cast, batch_of()
    coupon = ranked.issue(batch)
    ranked.issue(batch_of(), cast.qian)
    asked = {"field": "coupon_open", "op": "in", "values": [batch.kind.code]}
    assert found(cast.ana, **asked) == [cast.li.pk]
    assert found(cast.mei, field="coupon_open", op="known") == [cast.li.pk], "her customers"
    actions.redeem(coupon.code, key="a", by=cast.mei, at=NOON)
    assert found(cast.ana, **asked) == []


def test_who_received_a_gift_lately_is_found_by_the_day(ranked: Shop) -> None:
    cast, made = ranked.cast, ranked.ask(at=later(-40))
    actions.hand_over(made, by=cast.mei, at=later(-40))
    within = {"field": "gift_on", "op": "within", "values": ["90"]}
    assert found(cast.ana, **within) == [], "on its way"
    actions.sign(made, typed="李娜", by=cast.mei, at=later(-35))
    assert found(cast.ana, **within) == [cast.li.pk]
    assert found(cast.ana, field="gift_on", op="within", values=["30"]) == []
    before = [(TODAY - timedelta(days=30)).isoformat()]
    assert found(cast.ana, field="gift_on", op="before", values=before) == [cast.li.pk]


def test_who_has_some_left_of_a_privilege_is_found(ranked: Shop) -> None:
    cast = ranked.cast
    one = privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 1))
    free = privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), None))
    asked = {"field": "privilege_left", "op": "in", "values": [one.code]}
    both = sorted([cast.li.pk, cast.qian.pk])
    assert sorted(found(cast.ana, **asked)) == both
    ranked.use(one)
    assert found(cast.ana, **asked) == [cast.qian.pk]
    unlimited = {"field": "privilege_left", "op": "in", "values": [free.code]}
    assert sorted(found(cast.ana, **unlimited)) == both
    assert found(cast.mei, field="privilege_left", op="known") == [cast.li.pk]

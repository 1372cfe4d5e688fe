"""What points paid for: its points return with it, and not alone."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.rewards.conftest import Shop, batch_of, kind_of, year

from regulars.server.core import scope
from regulars.server.identity import actions as identity
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Account, Programme
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Coupon
from regulars.server.segments.queries import timeline
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Li has 500 points."""
    Programme.objects.create(pk=1, name="积分", prefix="600", began_on=TODAY)
    loyalty.join(shop.cast.li, by=TESTS, at=NOON)
    loyalty.earn(shop.cast.li, points=500, key="e", by=TESTS, at=NOON)
    return shop


def test_points_of_a_coupon_return_when_it_is_void_and_not_alone(rich: Shop) -> None:
    batch = batch_of(kind=kind_of(points=300, condition="points"))
    made = actions.buy(batch, rich.cast.li, key=rich.key(), by=rich.cast.mei, at=NOON)
    assert made.movement is not None
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(rich.cast.mei)
    page = f"/customers/{rich.cast.li.public_id}/points/"

    with time_machine.travel(NOON, tick=False):
        shown = client.get(page).content.decode()
        asked = client.post(f"{page}{made.movement.public_id}/back")
    scope.set_scope(scope.EVERYBODY)

    account = Account.objects.get(customer=rich.cast.li, currency="points")
    assert f"/customers/{rich.cast.li.public_id}/rewards/" in shown
    assert ("Give back" in shown, "Make the coupon void" in shown) == (False, True)
    assert (asked.status_code, account.active) == (409, 200)
    with pytest.raises(loyalty.BoughtWith):
        loyalty.give_back_alone(made.movement, key="b", by=TESTS, at=NOON)


def test_a_coupon_whose_points_are_back_already_can_still_be_made_void(rich: Shop) -> None:
    batch = batch_of(kind=kind_of(points=300, condition="points"))
    made = actions.buy(batch, rich.cast.li, key=rich.key(), by=rich.cast.mei, at=NOON)
    assert made.movement is not None
    loyalty.give_back(made.movement, key="long ago", by=TESTS, at=NOON)

    void = actions.void(made, reason="a mistake", by=rich.cast.mei, at=NOON)

    account = Account.objects.get(customer=rich.cast.li, currency="points")
    assert (void.state, account.active) == ("void", 500)


def test_a_coupon_for_points_stands_once_on_the_timeline(rich: Shop) -> None:
    batch = batch_of(kind=kind_of(points=300, condition="points"))
    actions.buy(batch, rich.cast.li, key=rich.key(), by=rich.cast.mei, at=NOON)
    loyalty.redeem(rich.cast.li, points=20, key="r", by=TESTS, at=NOON, ref="tea")

    found, _next = timeline(rich.cast.mei, rich.cast.li)
    told = [one.told for one in found if one.told]

    assert sorted((one.title, one.words) for one in told) == [
        ("Coupon given: Phone credit 30", "for 300 points"), ("Points redeemed: 20", "tea"),
    ]  # fmt: skip


def test_a_coupon_bought_by_a_file_of_another_book_is_made_void_where_the_file_went(
    rich: Shop, eyes: Any
) -> None:
    file = stage.customer("0008", "李娜", rich.cast.tao_book)
    loyalty.join(file, by=TESTS, at=NOON)
    loyalty.earn(file, points=300, key="f", by=TESTS, at=NOON)
    batch = batch_of(kind=kind_of(points=300, condition="points"))
    made = actions.buy(batch, file, key=rich.key(), by=rich.cast.tao, at=NOON)
    identity.merge(rich.cast.li, file, by=TESTS, at=NOON)

    with eyes(rich.cast.mei):
        found, _next = timeline(rich.cast.mei, rich.cast.li)
        coupon = Coupon.objects.get(pk=made.pk)
        void = actions.void(coupon, reason="a mistake", by=rich.cast.mei, at=NOON)
    with eyes(rich.cast.tao):
        tao_pays = list(queries.behind(rich.cast.tao, "points", None, year()[0]))

    account = Account.objects.get(customer=rich.cast.li, currency="points")
    told = [one.told.words for one in found if one.told]
    assert ("for 300 points" in told, tao_pays) == (True, [])
    assert (void.state, account.active) == ("void", 800)

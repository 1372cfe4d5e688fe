"""A member's points buy a gift of the shelf, and return once when it is not given."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.test import Client
from tests.server.rewards.conftest import Shop, later, year

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.identity import actions as identity
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Account, Lot, Programme
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Gift, Policy, Present, Stock
from regulars.server.segments.queries import timeline
from regulars.testing import cast as stage
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
PAID = {"occasion": "points", "reason": ""}


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Li has 500 points in two lots; the tea costs 300 of them, the pot 400."""
    Programme.objects.create(
        pk=1, name="积分", prefix="600", began_on=TODAY, unit_cost=Decimal("0.02")
    )
    loyalty.join(shop.cast.li, by=TESTS, at=NOON)
    for n, days in ((200, 60), (300, 400)):
        ends = later(days).date()
        loyalty.earn(shop.cast.li, points=n, key=f"e{n}", expires_on=ends, by=TESTS, at=NOON)
    for gift, price in ((shop.tea, 300), (shop.pot, 400)):
        Gift.objects.filter(pk=gift.pk).update(points=price)
        gift.refresh_from_db()
    return shop


def points(shop: Shop) -> int:
    return Account.objects.get(customer=shop.cast.li, currency="points").active


def lots(shop: Shop) -> list[int]:
    found = Lot.objects.filter(account__customer=shop.cast.li, account__currency="points")
    return list(found.order_by("expires_on").values_list("active", flat=True))


def held(shop: Shop, gift: Gift) -> int:
    return Stock.objects.get(gift=gift, place=shop.cast.willow).held


def test_asking_spends_the_points_that_end_soonest_and_sets_one_aside(rich: Shop) -> None:
    made = rich.ask(**PAID, key="order-1")

    assert rich.ask(**PAID, key="order-1") == made
    assert (made.state, made.points) == ("approved", 300)
    assert (lots(rich), held(rich, rich.tea)) == ([0, 200], 9)


def test_without_enough_points_nothing_is_asked_for(rich: Shop) -> None:
    rich.ask(**PAID)

    with pytest.raises(loyalty.NotEnough):
        rich.ask(**PAID)
    with pytest.raises(loyalty.NoMember):
        rich.ask(who=rich.cast.zhou, **PAID)

    assert (points(rich), held(rich, rich.tea), Present.objects.count()) == (200, 9, 1)


def test_an_empty_shelf_costs_no_points(rich: Shop) -> None:
    actions.count(rich.tea, rich.cast.willow, 0, note="gone", by=TESTS, at=NOON)

    with pytest.raises(actions.NoneLeft):
        rich.ask(**PAID)

    assert points(rich) == 500


def test_a_gift_without_a_price_is_not_sold_and_one_with_a_price_is_still_given(
    rich: Shop,
) -> None:
    Gift.objects.filter(pk=rich.tea.pk).update(points=None)
    rich.tea.refresh_from_db()

    with pytest.raises(actions.NotOffered, match="not sold for points"):
        rich.ask(**PAID)
    with pytest.raises(BadInput):
        rich.ask(reason="")
    rich.ask(rich.pot)

    assert points(rich) == 500


@pytest.mark.parametrize("way", ["refused", "withdrawn", "came back", "lost", "brought back"])
def test_points_of_a_gift_that_is_not_given_return_to_their_lots_once(
    rich: Shop, way: str
) -> None:
    gift = rich.pot if way == "refused" else rich.tea
    made, mei = rich.ask(gift, **PAID), rich.cast.mei

    def ends() -> None:
        told: dict[str, Any] = {"by": mei, "at": later(1)}
        if way == "refused":
            actions.refuse(made, note="not now", by=rich.cast.wei, at=later(1))
        elif way == "withdrawn":
            actions.withdraw(made, **told)
        else:
            actions.come_back(made, reason="broken", is_lost=way == "lost", **told)

    if way in {"came back", "lost"}:
        actions.hand_over(made, by=mei, at=NOON)
    if way == "brought back":
        actions.hand_over(made, typed="李娜", by=mei, at=NOON)
    ends()
    with pytest.raises(actions.NotNow):
        ends()

    assert (points(rich), lots(rich)) == (500, [200, 300])
    assert held(rich, gift) == {"refused": 2, "lost": 9}.get(way, 10)


def test_points_that_are_back_already_stop_no_gift_from_ending(rich: Shop) -> None:
    made = rich.ask(**PAID)
    loyalty.give_back(made.movement, key="long ago", by=TESTS, at=NOON)

    actions.withdraw(made, by=rich.cast.mei, at=NOON)

    assert (points(rich), held(rich, rich.tea)) == (500, 10)


def test_what_was_given_and_received_does_not_come_back(rich: Shop) -> None:
    made = actions.hand_over(rich.ask(), typed="李娜", by=rich.cast.mei, at=NOON)
    with pytest.raises(actions.NotNow):
        actions.come_back(made, reason="broken", by=rich.cast.mei, at=NOON)


def test_what_is_paid_for_is_no_gift_of_the_year(rich: Shop) -> None:
    Policy.objects.update_or_create(pk=1, defaults={"gifts_per_year": 1})
    rich.ask(**PAID)
    rich.ask()
    with pytest.raises(actions.TooMany):
        rich.ask()


def test_a_bank_sells_no_gift_that_is_for_a_deposit(rich: Shop) -> None:
    Gift.objects.filter(pk=rich.tea.pk).update(condition="deposit_balance")
    rich.tea.refresh_from_db()

    with pytest.raises(actions.Forbidden):
        rich.ask(**PAID)

    assert points(rich) == 500


def test_the_cost_counts_as_the_gift_and_not_as_points_too(rich: Shop) -> None:
    made = rich.ask(**PAID)
    loyalty.redeem(rich.cast.li, points=100, key="mug", ref="mug", by=TESTS, at=NOON)
    before = queries.costs(rich.cast.ana, *year()).total
    actions.hand_over(made, typed="李娜", by=rich.cast.mei, at=NOON)
    after = queries.costs(rich.cast.ana, *year()).total

    assert (before.points, before.points_cost, before.presents) == (100, 2, 0)
    assert (after.points, after.points_cost, after.presents_cost) == (100, 2, 48)


def test_the_statement_names_the_gift_and_says_how_its_points_return(rich: Shop) -> None:
    made, li = rich.ask(**PAID), rich.cast.li
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(rich.cast.mei)
    page = f"/customers/{li.public_id}/points/"

    with time_machine.travel(NOON, tick=False):
        shown = client.get(page).content.decode()
        asked = client.post(f"{page}{made.movement.public_id}/back")
    scope.set_scope(scope.EVERYBODY)
    found, _next = timeline(rich.cast.mei, li)

    assert "Tea" in shown
    assert ("Give back" in shown, "Withdraw it or say" in shown) == (False, True)
    assert (asked.status_code, points(rich)) == (409, 200)
    told = [(one.told.title, one.told.words) for one in found if one.told]
    assert told == [("Gift asked for: Tea", "for 300 points")]


def test_a_gift_paid_by_a_file_of_another_book_returns_where_the_file_went(
    rich: Shop, eyes: Any
) -> None:
    file, tao = stage.customer("0008", "李娜", rich.cast.tao_book), rich.cast.tao
    rich.stock(rich.tea, 1, rich.cast.lake)
    loyalty.join(file, by=TESTS, at=NOON)
    loyalty.earn(file, points=300, key="f", by=TESTS, at=NOON)
    made = rich.ask(who=file, place=rich.cast.lake, by=tao, **PAID)
    identity.merge(rich.cast.li, file, by=TESTS, at=NOON)

    with eyes(rich.cast.mei):
        mine = Present.objects.get(pk=made.pk)
        actions.withdraw(mine, by=rich.cast.mei, at=NOON)
    with eyes(tao):
        tao_pays = list(queries.behind(tao, "points", None, year()[0]))

    assert (points(rich), tao_pays) == (800, [])


def test_the_database_keeps_prices_and_gifts_apart(rich: Shop) -> None:
    made = rich.ask(**PAID)
    for wrong in ({"points": None}, {"occasion": "birthday"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Present.objects.filter(pk=made.pk).update(**wrong)
    with pytest.raises(IntegrityError), transaction.atomic():
        Gift.objects.filter(pk=rich.tea.pk).update(points=0)
    with pytest.raises(BadInput, match="1 or more"):
        actions.write_gift(
            code="G09", name="x", unit_cost=Decimal(1), points=0, condition="none",
            by=TESTS, at=NOON,
        )  # fmt: skip


def test_the_page_offers_points_to_who_collects_some(rich: Shop) -> None:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(rich.cast.mei)
    with time_machine.travel(NOON, tick=False):
        own = f"/customers/{rich.cast.li.public_id}/rewards/gift"
        shown = client.get(own).content.decode()
        other = client.get(f"/customers/{rich.cast.zhou.public_id}/rewards/gift").content
        what = f"{rich.tea.public_id}@{rich.cast.willow.pk}"
        typed = {"what": what, "occasion": "points", "reason": "", "once": "a1"}
        client.post(own, typed)
        client.post(own, typed)
    scope.set_scope(scope.EVERYBODY)

    assert "or 300 points" in shown
    assert "They have 500 points" in shown
    assert b"For points" not in other
    assert (points(rich), held(rich, rich.tea)) == (200, 9)

"""Gifts: stock by branch, request, approval, hand-over, signature, limits."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from tests.server.rewards.conftest import Shop, later, year

from regulars.base.errors import BadInput
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Gift, Signature, Stock, StockMove
from regulars.testing.cast import NOON, TESTS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60


def held(shop: Shop, gift: Gift) -> int:
    return Stock.objects.get(gift=gift, place=shop.cast.willow).held


def test_a_small_gift_is_approved_at_once_handed_over_and_signed_for(shop: Shop) -> None:
    made = shop.ask()
    assert (made.state, made.cost, held(shop, shop.tea)) == ("approved", Decimal(48), 9)
    done = actions.hand_over(made, png=PNG, by=shop.cast.mei, at=NOON)
    assert (done.state, done.handed_by) == ("received", shop.cast.mei)
    assert bytes(Signature.objects.get().png) == PNG
    with pytest.raises(actions.NotNow):
        actions.hand_over(made, typed="李娜", by=shop.cast.mei, at=NOON)


def test_what_costs_more_than_the_limit_waits_for_the_manager(shop: Shop) -> None:
    made = shop.ask(shop.pot)
    assert made.state == "waiting"
    with pytest.raises(actions.OwnWish):
        actions.approve(made, by=shop.cast.mei, at=NOON)
    with pytest.raises(actions.NotNow):
        actions.hand_over(made, typed="李娜", by=shop.cast.mei, at=NOON)
    assert actions.approve(made, by=shop.cast.wei, at=NOON).state == "approved"
    with pytest.raises(actions.NotNow):
        actions.refuse(made, note="late", by=shop.cast.wei, at=NOON)


def test_a_no_puts_the_gift_back_on_the_shelf_and_says_why(shop: Shop) -> None:
    made = shop.ask(shop.pot)
    assert held(shop, shop.pot) == 1
    with pytest.raises(BadInput):
        actions.refuse(made, note=" ", by=shop.cast.wei, at=NOON)
    assert actions.refuse(made, note="too much", by=shop.cast.wei, at=NOON).state == "refused"
    assert held(shop, shop.pot) == 2


def test_what_is_not_given_after_all_goes_back(shop: Shop) -> None:
    made = shop.ask()
    actions.withdraw(made, by=shop.cast.mei, at=NOON)
    assert held(shop, shop.tea) == 10
    with pytest.raises(actions.NotNow):
        actions.withdraw(made, by=shop.cast.mei, at=NOON)


def test_the_shelf_is_never_below_zero(shop: Shop) -> None:
    shop.ask(shop.pot)
    shop.ask(shop.pot, shop.cast.zhou)
    with pytest.raises(actions.NoneLeft, match=str(shop.cast.willow)):
        shop.ask(shop.pot, shop.cast.qian)
    with pytest.raises(actions.NoneLeft):
        shop.ask(shop.tea, place=shop.cast.lake)
    with pytest.raises(IntegrityError), transaction.atomic():
        Stock.objects.update(held=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        StockMove.objects.create(
            gift=shop.pot, place=shop.cast.willow, change=-1, why="counted", by="x", at=NOON
        )


def test_counting_writes_the_difference_down(shop: Shop) -> None:
    told = {"by": TESTS, "at": NOON}
    actions.count(shop.tea, shop.cast.willow, 7, note="three were wet", **told)  # type: ignore[arg-type]
    actions.count(shop.tea, shop.cast.willow, 7, note="again", **told)  # type: ignore[arg-type]
    moves = StockMove.objects.filter(gift=shop.tea, why="counted")
    assert (held(shop, shop.tea), [move.change for move in moves]) == (7, [-3])


def test_without_a_signature_it_is_on_its_way_until_they_sign(shop: Shop) -> None:
    made = actions.hand_over(shop.ask(), by=shop.cast.mei, at=NOON)
    assert made.state == "handed"
    with pytest.raises(BadInput):
        actions.sign(made, by=shop.cast.mei, at=NOON)
    with pytest.raises(BadInput, match="small picture"):
        actions.sign(made, png=b"<svg>", by=shop.cast.mei, at=NOON)
    with pytest.raises(BadInput, match="small picture"):
        actions.sign(made, png=PNG + b"0" * 50_000, by=shop.cast.mei, at=NOON)
    signed = actions.sign(made, typed="李娜", by=shop.cast.mei, at=later(1))
    assert (signed.state, Signature.objects.get().typed) == ("received", "李娜")


def test_a_customer_gets_so_many_gifts_a_year(shop: Shop) -> None:
    actions.set_policy(gifts_per_year=2, by=TESTS, at=NOON)
    actions.withdraw(shop.ask(), by=TESTS, at=NOON)
    shop.ask()
    shop.ask()
    with pytest.raises(actions.TooMany, match="2"):
        shop.ask()
    shop.ask(who=shop.cast.zhou)
    assert shop.ask(at=later(60)).asked_on.year == 2027


def test_small_surprises_have_a_budget_of_their_month(shop: Shop) -> None:
    actions.set_policy(surprise_budget=Decimal(100), by=TESTS, at=NOON)
    shop.ask(occasion="surprise", reason="a nice talk")
    shop.ask(who=shop.cast.zhou, occasion="surprise", reason="a nice talk")
    with pytest.raises(actions.OverBudget, match="96"):
        shop.ask(occasion="surprise", reason="a nice talk")
    shop.ask(occasion="birthday")
    shop.ask(occasion="surprise", reason="a nice talk", by=shop.cast.wei)
    shop.ask(occasion="surprise", reason="a nice talk", at=later(10))


def test_a_bank_gives_no_gift_for_a_deposit(shop: Shop) -> None:
    with pytest.raises(actions.Forbidden, match="no coupon and no gift"):
        shop.ask(occasion="deposit", reason="存入 50 万")
    assert held(shop, shop.tea) == 10


def test_the_same_request_is_one_gift(shop: Shop) -> None:
    first = shop.ask(key="page-1")
    assert shop.ask(key="page-1") == first
    with pytest.raises(actions.AnotherRequest):
        shop.ask(shop.pot, key="page-1")
    assert held(shop, shop.tea) == 9


def test_a_new_price_leaves_what_was_asked_for_alone(shop: Shop) -> None:
    made = shop.ask()
    actions.write_gift(
        code="G01", name="茶叶一盒", unit_cost=Decimal(60), condition="none", is_offered=False,
        by=TESTS, at=NOON,
    )  # fmt: skip
    made.refresh_from_db()
    assert made.cost == Decimal(48)
    with pytest.raises(actions.NoneLeft):
        shop.ask(Gift.objects.get(code="G01"))


@pytest.mark.parametrize(("is_lost", "held", "cost"), [(False, 10, 0), (True, 9, 48)])
def test_a_gift_on_its_way_comes_back_or_is_written_off(
    shop: Shop, is_lost: bool, held: int, cost: int
) -> None:
    made, mei = shop.ask(), shop.cast.mei
    with pytest.raises(actions.NotNow):
        actions.come_back(made, reason="x", by=mei, at=NOON)
    actions.hand_over(made, by=mei, at=NOON)
    found = actions.come_back(
        made, reason="parcel refused", is_lost=is_lost, by=mei, at=later(3)
    )
    assert (found.state, found.is_lost) == ("returned", is_lost)
    assert Stock.objects.get(gift=shop.tea).held == held
    assert queries.view(mei, shop.cast.li, later(3)).cost == cost
    assert queries.costs(shop.cast.ana, *year()).total.presents_cost == cost
    with pytest.raises(actions.NotNow):
        actions.sign(made, typed="李娜", by=mei, at=later(4))


def test_a_gift_on_its_way_for_over_two_weeks_is_asked_after(shop: Shop) -> None:
    made, mei = shop.ask(), shop.cast.mei
    actions.hand_over(made, by=mei, at=NOON)
    assert (queries.desk(mei, later(14)).late, queries.pressing(mei, later(14))) == (0, 0)
    assert (queries.desk(mei, later(15)).late, queries.pressing(mei, later(15))) == (1, 1)
    assert list(queries.presents(mei, "late", later(15))) == [made]
    assert not queries.presents(shop.cast.tao, "late", later(15))
    actions.sign(made, typed="李娜", by=mei, at=later(15))
    assert queries.desk(mei, later(15)).late == 0

"""Coupons: terms, batches, issuing, points, one redemption, the end."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from tests.server.rewards.conftest import Shop, batch_of, kind_of, later

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Account, Programme
from regulars.server.rewards import actions, rules
from regulars.server.rewards.models import Batch, Coupon, Redemption
from regulars.server.tiers import actions as tiers
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]
LETTERS = st.text(alphabet=rules.ALPHABET, min_size=11, max_size=11)


@pytest.fixture
def rich(shop: Shop) -> Shop:
    """Li has 500 points."""
    Programme.objects.create(pk=1, name="积分", prefix="600", began_on=TODAY)
    loyalty.join(shop.cast.li, by=TESTS, at=NOON)
    loyalty.earn(shop.cast.li, points=500, key="e", by=TESTS, at=NOON)
    return shop


@given(LETTERS, st.integers(0, 11), st.sampled_from(rules.ALPHABET))
def test_every_wrong_letter_of_a_code_is_noticed(plain: str, place: int, letter: str) -> None:
    code = plain + rules.check_letter(plain)
    assert rules.is_code(code)
    wrong = code[:place] + letter + code[place + 1 :]
    assert rules.is_code(wrong) == (wrong == code)


@given(LETTERS, st.integers(0, 10))
def test_two_neighbours_changed_about_are_noticed(plain: str, place: int) -> None:
    code = plain + rules.check_letter(plain)
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert rules.is_code(wrong) == (wrong == code)


def test_a_code_is_read_however_it_is_typed() -> None:
    assert rules.plain("7hq2-k9xw 4mzt") == "7HQ2K9XW4MZT"
    assert rules.shown("7HQ2K9XW4MZT") == "7HQ2-K9XW-4MZT"
    assert not rules.is_code("7HQ2")


def test_a_batch_has_so_many_different_codes_that_all_check(shop: Shop) -> None:
    batch = batch_of(300)
    codes = set(Coupon.objects.filter(batch=batch).values_list("code", flat=True))
    assert (len(codes), batch.made, batch.issued) == (300, 300, 0)
    assert all(rules.is_code(code) for code in codes)


def test_a_customer_gets_a_coupon_that_ends_after_its_days(shop: Shop) -> None:
    made = shop.issue(batch_of())
    assert (made.state, made.customer, made.expires_on) == (
        "issued", shop.cast.li, TODAY + timedelta(days=30),
    )  # fmt: skip
    assert made.batch.kind.name == "话费券 30 元"


def test_the_same_request_gives_the_same_coupon_and_another_one_is_refused(shop: Shop) -> None:
    batch = batch_of()
    first = shop.issue(batch, key="app-1")
    assert shop.issue(batch, key="app-1") == first
    with pytest.raises(actions.AnotherRequest):
        shop.issue(batch, shop.cast.qian, key="app-1")
    assert Batch.objects.get(pk=batch.pk).issued == 1


def test_one_customer_gets_no_more_than_was_said(shop: Shop) -> None:
    batch = batch_of()
    shop.issue(batch)
    with pytest.raises(actions.HasOne, match="1"):
        shop.issue(batch)
    shop.issue(batch, shop.cast.qian)
    assert Batch.objects.get(pk=batch.pk).issued == 2


def test_the_last_one_is_the_last_one(shop: Shop) -> None:
    batch = batch_of(1)
    shop.issue(batch)
    with pytest.raises(actions.SoldOut):
        shop.issue(batch, shop.cast.qian)


def test_a_coupon_is_redeemed_once_and_its_cost_is_counted(shop: Shop) -> None:
    coupon = shop.issue(batch_of())
    done = actions.redeem(rules.shown(coupon.code), key="till-1", by=TESTS, at=NOON)
    assert (done.again, done.redemption.cost) == (False, Decimal("27.5"))
    coupon.refresh_from_db()
    assert coupon.state == "redeemed"

    again = actions.redeem(coupon.code, key="till-1", by=TESTS, at=later(90))
    assert (again.again, again.answer) == (True, done.answer)
    with pytest.raises(actions.Taken, match="before"):
        actions.redeem(coupon.code, key="till-2", by=TESTS, at=NOON)
    with pytest.raises(actions.AnotherRequest):
        actions.redeem(shop.issue(batch_of()).code, key="till-1", by=TESTS, at=NOON)
    assert Redemption.objects.count() == 1


def test_a_share_costs_the_share_and_never_more_than_was_reckoned_with(shop: Shop) -> None:
    kind = kind_of(
        what="percent", percent=Decimal(10), unit_cost=Decimal(50), least=Decimal(100)
    )
    costs = []
    for amount in (Decimal(200), Decimal(9000)):
        coupon = shop.issue(batch_of(kind=kind))
        done = actions.redeem(coupon.code, key=shop.key(), amount=amount, by=TESTS, at=NOON)
        costs.append(done.redemption.cost)
    assert costs == [Decimal(20), Decimal(50)]
    coupon = shop.issue(batch_of(kind=kind))
    with pytest.raises(actions.TooLittle):
        actions.redeem(coupon.code, key="x", amount=Decimal(99), by=TESTS, at=NOON)
    with pytest.raises(actions.NoAmount, match="100"):
        actions.redeem(coupon.code, key="x", by=TESTS, at=NOON)
    free = kind_of(what="percent", percent=Decimal(10), unit_cost=Decimal(50))
    done = actions.redeem(shop.issue(batch_of(kind=free)).code, key="y", by=TESTS, at=NOON)
    assert done.redemption.cost == Decimal(50), "nobody said how much"


def test_what_is_over_void_or_never_given_out_is_not_taken(shop: Shop) -> None:
    batch = batch_of()
    coupon, free = shop.issue(batch), Coupon.objects.filter(batch=batch, state="free")[0]
    with pytest.raises(actions.Taken, match="until"):
        actions.redeem(coupon.code, key="a", by=TESTS, at=later(31))
    with pytest.raises(actions.Taken, match="never given out"):
        actions.redeem(free.code, key="b", by=TESTS, at=NOON)
    with pytest.raises(actions.NoSuchCode):
        actions.redeem("AAAA-BBBB-CCCC", key="c", by=TESTS, at=NOON)
    actions.void(coupon, reason="lost", by=TESTS, at=NOON)
    with pytest.raises(actions.Taken, match="taken back"):
        actions.redeem(coupon.code, key="d", by=TESTS, at=NOON)


def test_a_code_on_paper_is_for_whoever_brings_it(shop: Shop) -> None:
    batch = batch_of(2, is_bearer=True)
    with pytest.raises(actions.NotOffered):
        shop.issue(batch)
    code = Coupon.objects.filter(batch=batch)[0].code
    assert actions.redeem(code, key="a", by=TESTS, at=NOON).redemption.cost == Decimal("27.5")
    with pytest.raises(actions.Taken):
        actions.redeem(code, key="b", by=TESTS, at=NOON)


def test_coupons_end_in_the_night_after_their_last_day_and_once(shop: Shop) -> None:
    batch = batch_of()
    shop.issue(batch)
    assert actions.expire(by=TESTS, at=later(30)) == 0
    assert actions.expire(by=TESTS, at=later(31)) == 1
    assert actions.expire(by=TESTS, at=later(31)) == 0
    assert Coupon.objects.get(state="expired").customer == shop.cast.li
    assert Coupon.objects.filter(batch=batch, state="free").count() == 9


def test_a_closed_batch_gives_nothing_and_what_is_out_stays_good(shop: Shop) -> None:
    batch = batch_of()
    coupon = shop.issue(batch)
    assert actions.close_batch(batch, by=TESTS, at=NOON) == 9
    with pytest.raises(actions.NotOffered):
        shop.issue(batch, shop.cast.qian)
    assert actions.redeem(coupon.code, key="a", by=TESTS, at=NOON).again is False


def test_what_was_printed_stays_good_after_the_batch_is_closed(shop: Shop) -> None:
    printed, kept = (batch_of(2, is_bearer=True) for _n in range(2))
    (one, two) = actions.print_codes(printed, by=TESTS, at=NOON)
    assert actions.close_batch(printed, by=TESTS, at=NOON) == 0
    assert actions.redeem(one.code, key="a", by=TESTS, at=NOON).again is False
    assert actions.close_batch(kept, by=TESTS, at=NOON) == 2, "nobody has seen those"
    with pytest.raises(actions.NotOffered):
        actions.print_codes(printed, by=TESTS, at=NOON)
    with pytest.raises(actions.Taken, match="until"):
        actions.redeem(two.code, key="b", by=TESTS, at=later(31))

    assert actions.close_batch(printed, also_printed=True, by=TESTS, at=NOON) == 1
    with pytest.raises(actions.Taken):
        actions.redeem(two.code, key="c", by=TESTS, at=NOON)


def test_a_coupon_is_bought_with_points_which_return_when_it_is_void(rich: Shop) -> None:
    batch = batch_of(kind=kind_of(points=300, condition="points"), per_customer=0)
    with pytest.raises(actions.NotOffered):
        rich.issue(batch)
    told = {"key": "app-7", "by": TESTS, "at": NOON}
    made = actions.buy(batch, rich.cast.li, **told)  # type: ignore[arg-type]  # as told
    assert actions.buy(batch, rich.cast.li, **told) == made  # type: ignore[arg-type]
    account = Account.objects.get(customer=rich.cast.li, currency="points")
    assert account.active == 200

    with pytest.raises(loyalty.NotEnough):
        actions.buy(batch, rich.cast.li, key="app-8", by=TESTS, at=NOON)
    assert Batch.objects.get(pk=batch.pk).issued == 1, "no coupon without its points"

    actions.void(made, reason="wrong one", by=TESTS, at=NOON)
    account.refresh_from_db()
    assert account.active == 500
    with pytest.raises(actions.CannotVoid):
        actions.void(made, reason="again", by=TESTS, at=NOON)


def test_new_terms_leave_what_is_out_there_alone(shop: Shop) -> None:
    first = kind_of()
    coupon = shop.issue(batch_of(kind=first))
    second = kind_of(code=first.code, value=Decimal(20), unit_cost=Decimal(18))
    assert (second.version, second.valid_from) == (2, TODAY)
    first.refresh_from_db()
    assert first.valid_until == TODAY
    done = actions.redeem(coupon.code, key="a", by=TESTS, at=NOON)
    assert (done.answer["value"], done.redemption.cost) == ("30.00", Decimal("27.5"))
    with pytest.raises(actions.NotOffered):
        batch_of(kind=first)


@pytest.mark.parametrize("condition", ["deposit_balance", "new_deposit", "tier"])
def test_a_bank_gives_no_coupon_and_no_gift_for_deposits(shop: Shop, condition: str) -> None:
    tiers.install_presets(by=TESTS, at=NOON)  # by the average of balances
    with pytest.raises(actions.Forbidden, match="银保监办发〔2018〕48号"):
        kind_of(condition=condition)
    with pytest.raises(actions.Forbidden, match="no coupon and no gift"):
        actions.write_gift(
            code="G9", name="米", unit_cost=Decimal(30), condition=condition, by=TESTS, at=NOON
        )


def test_a_shop_may_give_a_coupon_for_a_tier(as_system: Cast) -> None:
    as_system.company.kind = "retail"
    as_system.company.save()
    assert kind_of(condition="tier").version == 1
    assert kind_of(condition="deposit_balance").condition == "deposit_balance"


def test_terms_do_not_say_that_we_explain_them_as_we_like(shop: Shop) -> None:
    with pytest.raises(BadInput, match="最终解释权"):
        kind_of(terms="本行保留最终解释权")
    with pytest.raises(BadInput, match="one of them"):
        kind_of(until=date(2026, 12, 31))


def test_the_database_itself_holds_up_what_a_program_forgets(shop: Shop) -> None:
    batch = batch_of(2)
    coupon = shop.issue(batch)
    more = Coupon(batch=batch, code="AAAAAAAAAAAA")
    free = Coupon.objects.get(batch=batch, state="free")
    broken = [
        lambda: more.save(force_insert=True),
        lambda: Coupon.objects.filter(pk=coupon.pk).update(state="redeemed"),
        lambda: Coupon.objects.filter(pk=coupon.pk).update(state="free", customer=None),
        lambda: Coupon.objects.filter(pk=coupon.pk).update(code="BBBBBBBBBBBB"),
        lambda: Coupon.objects.filter(pk=free.pk).update(
            state="issued", customer=shop.cast.li, expires_on=TODAY
        ),
        lambda: Batch.objects.filter(pk=batch.pk).update(issued=0),
        lambda: Batch.objects.filter(pk=batch.pk).update(size=3),
        lambda: type(batch.kind).objects.update(unit_cost=1),
        lambda: Coupon.objects.filter(pk=coupon.pk)._raw_delete("default"),  # type: ignore[arg-type]
    ]
    for write in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_staff_of_another_branch_take_a_coupon_without_seeing_whose_it_is(shop: Shop) -> None:
    coupon = shop.issue(batch_of(), shop.cast.qian)
    scope.set_scope(shop.cast.mei.scope)
    assert not Coupon.objects.filter(code=coupon.code).exists()
    done = actions.redeem(coupon.code, key="a", by=shop.cast.mei, at=NOON)
    assert not done.again
    assert not Coupon.objects.filter(code=coupon.code).exists(), "the wall stands again"
    scope.set_scope(scope.EVERYBODY)
    assert Redemption.objects.get().person == shop.cast.mei

"""A redemption is taken back the same day: the coupon is good again and costs nothing."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import pytest
import time_machine
from django.db import IntegrityError, transaction
from tests.server.rewards.conftest import Shop, batch_of, later, year
from tests.server.rewards.test_pages import enter, post, text

from regulars.base.errors import BadInput
from regulars.server.core import custody, scope
from regulars.server.core.models import AuditEntry
from regulars.server.customers.models import Customer
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Coupon, Redemption, Undoing
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("in_english")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def taken(shop: Shop, coupon: Coupon, key: str = "till-1") -> Redemption:
    return actions.redeem(
        coupon.code, key=key, place=shop.cast.willow, by=shop.cast.mei, at=NOON
    ).redemption


def test_a_coupon_that_was_taken_back_is_good_again(shop: Shop) -> None:
    batch = batch_of()
    coupon = shop.issue(batch)
    first = taken(shop, coupon)
    actions.take_back(first, reason="the wrong code", by=shop.cast.mei, at=NOON)

    coupon.refresh_from_db()
    assert (coupon.state, coupon.ended_at) == ("issued", None)
    batch.refresh_from_db()
    assert batch.issued == 1, "it is not issued a second time"
    with pytest.raises(actions.TakenBack, match="anew"):
        taken(shop, coupon)
    second = taken(shop, coupon, "till-2")
    assert list(Redemption.objects.standing()) == [second]
    assert queries.batches(shop.cast.ana).get().cost == Decimal("27.5")
    assert AuditEntry.objects.filter(action="rewards.redemption.undone").exists()


def test_it_is_taken_back_once_with_a_reason_and_on_its_own_day(shop: Shop) -> None:
    made = taken(shop, shop.issue(batch_of()))
    told = {"by": shop.cast.mei, "reason": "mistaken"}
    with pytest.raises(BadInput):
        actions.take_back(made, reason=" ", by=shop.cast.mei, at=NOON)
    with pytest.raises(actions.TooLate, match="same day"):
        actions.take_back(made, **told, at=later(1))
    actions.take_back(made, **told, at=NOON)
    with pytest.raises(actions.TakenBack):
        actions.take_back(made, **told, at=NOON)


def test_a_code_on_paper_that_was_taken_back_is_anybodys_again(shop: Shop) -> None:
    coupon = Coupon.objects.filter(batch=batch_of(1, is_bearer=True)).get()
    actions.take_back(taken(shop, coupon), reason="mistaken", by=TESTS, at=NOON)
    coupon.refresh_from_db()
    assert coupon.state == "free"
    taken(shop, coupon, "till-2")


def test_the_database_lets_one_redemption_stand_and_none_be_rewritten(shop: Shop) -> None:
    coupon = shop.issue(batch_of())
    made = taken(shop, coupon)
    told = {"coupon": coupon, "print": "", "answer": {}, "cost": 1, "at": NOON, "on": TODAY}
    late = {"redemption": made, "reason": "x", "at": later(1), "on": later(1).date()}
    broken = [
        lambda: Redemption.objects.create(key="second", **told),
        lambda: Undoing.objects.create(**late),
        lambda: Coupon.objects.filter(pk=coupon.pk).update(state="issued"),
    ]
    undone = [
        lambda: Undoing.objects.update(on=later(1).date()),
        lambda: Undoing.objects.update(reason="another"),
        lambda: Undoing.objects.all()._raw_delete("default"),  # type: ignore[arg-type]
    ]
    for write in broken:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()
    actions.take_back(made, reason="mistaken", by=TESTS, at=NOON)
    for write in undone:
        with pytest.raises(IntegrityError), transaction.atomic():
            write()


def test_costs_lists_and_the_customers_page_leave_it_out_and_the_timeline_tells(
    ranked: Shop,
) -> None:
    cast = ranked.cast
    made = taken(ranked, ranked.issue(batch_of()))
    assert queries.view(cast.mei, cast.li, NOON).cost == Decimal("27.5")
    actions.take_back(made, reason="the wrong code", by=cast.mei, at=NOON)

    found = queries.costs(cast.ana, *year()).total
    assert (found.redeemed, found.cost) == (0, 0)
    assert queries.view(cast.mei, cast.li, NOON).cost == 0
    assert not queries.behind(cast.ana, "redeemed", None, queries.span_of(12, NOON))
    told = [one.title for one in queries.moments(cast.mei, cast.li, before=None, most=9)]
    coupon = "Phone credit 30"
    assert {f"Redemption taken back: {coupon}", f"Coupon redeemed: {coupon}"} < set(told)


def test_the_desk_takes_back_what_was_taken_there(shop: Shop) -> None:
    coupon = shop.issue(batch_of(), shop.cast.qian)  # of another branch
    made = taken(shop, coupon)
    mei, where = enter(shop.cast.mei), f"/rewards/counter/{made.public_id}/back"
    page = text(mei, "/rewards/counter")
    assert where in page
    assert "Qian Zhenhua" not in page
    assert enter(shop.cast.tao).get(where).status_code in {403, 404}, "another place"
    assert post(mei, where, reason="").status_code == 422
    assert post(mei, where, reason="the wrong code").status_code == 302
    scope.set_scope(scope.EVERYBODY)
    coupon.refresh_from_db()
    assert coupon.state == "issued"
    assert where not in text(mei, "/rewards/counter")


def test_who_is_forgotten_leaves_no_reason_behind(shop: Shop) -> None:
    made = taken(shop, shop.issue(batch_of()))
    actions.take_back(made, reason="Li's wife came", by=shop.cast.mei, at=NOON)
    custody.erase(shop.cast.li.pk, by=TESTS, at=NOON)
    assert Undoing.objects.get().reason == "—"


def test_what_is_taken_back_after_an_erasure_is_good_to_nobody(shop: Shop) -> None:
    """Erased at noon, undone at the counter in the afternoon: nobody holds the code."""
    coupon = shop.issue(batch_of())
    made = taken(shop, coupon)
    custody.erase(shop.cast.li.pk, by=TESTS, at=NOON)
    Customer.objects.filter(pk=shop.cast.li.pk).update(state=Customer.State.ERASED)

    actions.take_back(made, reason="Li Na's code was mistaken", by=shop.cast.mei, at=NOON)

    coupon.refresh_from_db()
    assert coupon.state == "void"
    assert Undoing.objects.get().reason == "—"
    with pytest.raises(actions.Taken):
        taken(shop, coupon, "till-2")

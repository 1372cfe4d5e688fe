"""Tills and apps: coupons issued, redeemed and voided, privileges used, once under a key."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.rewards.conftest import Shop, batch_of, kind_of, privilege_of

from regulars.server.core import scope
from regulars.server.core.keys import actions as keys
from regulars.server.core.rights import Right
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Account, Programme
from regulars.server.rewards.models import Coupon, Gift, Redemption, Use
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def till(shop: Shop) -> Any:
    """Another system that may read and write work."""
    _key, secret = keys.make_key(
        name="till", rights=[Right.WORK_READ, Right.WORK_WRITE, Right.CUSTOMERS_READ],
        by=TESTS, at=NOON,
    )  # fmt: skip
    client = Client(headers={"Authorization": f"Bearer {secret}"})

    def call(where: str, body: dict[str, Any] | None = None) -> Any:
        told = {} if body is None else {"data": body, "content_type": "application/json"}
        send = client.get if body is None else client.post
        answer = send(f"/api/v1/rewards{where}", **told)
        scope.set_scope(scope.EVERYBODY)
        return answer

    return call


def test_a_coupon_is_issued_and_redeemed_once(shop: Shop, till: Any) -> None:
    batch_of(2)
    (batch,) = till("/batches?person=mei").json()["batches"]
    assert (batch["left"], batch["value"]) == (2, "30.00")
    body = {
        "person": "mei", "batch": batch["id"], "customer": shop.cast.li.public_id, "key": "a-1",
    }  # fmt: skip
    first, again = till("/coupons", body), till("/coupons", body)
    assert first.status_code == 200
    assert first.content == again.content
    assert till("/coupons", body | {"key": "a-2"}).status_code == 409
    other = shop.cast.qian.public_id
    assert till("/coupons", body | {"key": "a-3", "customer": other}).status_code == 404

    code = first.json()["code"]
    take = {"person": "mei", "code": code.lower(), "key": "t-1", "amount": "120.00"}
    done, same = till("/redemptions", take), till("/redemptions", take)
    assert (done.status_code, done.json()["cost"]) == (200, "27.50")
    assert done.content == same.content
    assert till("/redemptions", take | {"amount": "90.00"}).status_code == 422
    assert till("/redemptions", take | {"key": "t-2"}).status_code == 409
    unknown = till("/redemptions", take | {"key": "t-3", "code": "AAAA-AAAA-AAAB"})
    assert unknown.status_code == 422
    assert Redemption.objects.count() == 1


def test_a_coupon_is_made_void_and_lists_tell_no_code_that_is_used(
    shop: Shop, till: Any
) -> None:
    batch = batch_of()
    coupon, theirs = shop.issue(batch), shop.issue(batch, shop.cast.qian)
    (row,) = till("/coupons?person=mei").json()["coupons"]
    assert row["code"] == coupon.code
    void = f"/coupons/{coupon.public_id}/void"
    assert till(void, {"person": "mei", "reason": "lost"}).json()["state"] == "void"
    assert till(void, {"person": "mei", "reason": "lost"}).status_code == 409
    other = f"/coupons/{theirs.public_id}/void"
    assert till(other, {"person": "mei", "reason": "x"}).status_code == 404
    (row,) = till("/coupons?person=mei&state=void").json()["coupons"]
    assert row["code"] == ""
    assert till("/coupons?person=mei&cursor=222222222222").status_code == 422
    assert Coupon.objects.get(pk=theirs.pk).state == "issued"


def test_a_privilege_is_used_within_its_quota_and_undone(ranked: Shop, till: Any) -> None:
    privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 1))
    li = ranked.cast.li.public_id
    (held,) = till(f"/privileges?person=mei&customer={li}").json()["privileges"]
    assert (held["quota"], held["left"]) == (1, 1)
    body = {"person": "mei", "customer": li, "privilege": held["id"], "key": "lobby-1"}
    first, again = till("/uses", body), till("/uses", body)
    assert first.json()["id"] == again.json()["id"]
    assert till("/uses", body | {"key": "lobby-2"}).status_code == 409
    undone = till(f"/uses/{first.json()['id']}/undo", {"person": "mei"})
    assert undone.json()["undone_at"] is not None
    assert till("/uses", body | {"key": "lobby-3"}).status_code == 200
    assert Use.objects.standing().count() == 1


def test_a_till_names_the_amount_that_a_coupon_asks_for(shop: Shop, till: Any) -> None:
    coupon = shop.issue(batch_of(kind=kind_of(least=Decimal(100))))
    take = {"person": "mei", "code": coupon.code, "key": "t-1"}
    assert till("/redemptions", take).status_code == 422
    assert till("/redemptions", take | {"amount": "99.00"}).status_code == 409
    assert till("/redemptions", take | {"amount": "100.00"}).status_code == 200


def test_a_till_takes_a_redemption_back_and_redeems_anew(shop: Shop, till: Any) -> None:
    coupon = shop.issue(batch_of())
    take = {"person": "mei", "code": coupon.code, "key": "t-1"}
    made = till("/redemptions", take).json()["redemption"]
    back = f"/redemptions/{made}/undo"
    why = {"person": "mei", "reason": "wrong code"}
    assert till(back, why | {"person": "tao"}).status_code in {403, 404}
    assert till(back, why).json()["coupon"] == coupon.public_id
    assert till(back, why).status_code == 409
    assert till("/redemptions", take).status_code == 409
    assert till("/redemptions", take | {"key": "t-2"}).status_code == 200


def test_a_gift_is_asked_for_approved_by_another_and_handed_over(shop: Shop, till: Any) -> None:
    (tea, pot) = till("/gifts?person=mei").json()["gifts"]
    assert (tea["code"], tea["shelves"][0]["held"]) == ("G01", 10)
    body = {
        "person": "mei", "customer": shop.cast.li.public_id, "gift": pot["id"],
        "occasion": "birthday", "reason": "turns sixty", "key": "app-1",
    }  # fmt: skip
    first, again = till("/presents", body), till("/presents", body)
    assert first.json()["state"] == "waiting"
    assert first.content == again.content
    assert till("/presents", body | {"key": "x", "place": "nowhere"}).status_code == 404
    one = f"/presents/{first.json()['id']}"
    assert till(f"{one}/approve", {"person": "mei"}).status_code == 403
    assert till(f"{one}/approve", {"person": "wei"}).json()["state"] == "approved"
    assert till(f"{one}/hand-over", {"person": "mei"}).json()["state"] == "handed"
    drawn = {"person": "mei", "drawn": "bm8gcG5n"}
    assert till(f"{one}/hand-over", drawn).status_code == 422
    signed = till(f"{one}/hand-over", {"person": "mei", "typed": "Li Na"})
    assert signed.json()["state"] == "received"
    (row,) = till("/presents?person=mei&state=received").json()["presents"]
    assert row["customer"]["id"] == shop.cast.li.public_id
    assert till("/presents?person=tao").json()["presents"] == []


def test_a_gift_is_declined_or_comes_back(shop: Shop, till: Any) -> None:
    waits, sent = shop.ask(shop.pot), shop.ask()
    why = {"person": "wei", "reason": "too much"}
    no = till(f"/presents/{waits.public_id}/decline", why)
    assert no.json()["state"] == "refused"
    till(f"/presents/{sent.public_id}/hand-over", {"person": "mei"})
    back = till(f"/presents/{sent.public_id}/return", {"person": "mei", "reason": "refused"})
    assert (back.json()["state"], back.json()["is_written_off"]) == ("returned", False)


def test_a_gift_is_paid_with_points_and_withdrawn(shop: Shop, till: Any) -> None:
    Programme.objects.create(pk=1, name="积分", prefix="600", began_on=TODAY)
    loyalty.join(shop.cast.li, by=TESTS, at=NOON)
    loyalty.earn(shop.cast.li, points=500, key="e", by=TESTS, at=NOON)
    Gift.objects.filter(pk=shop.tea.pk).update(points=300)
    body = {
        "person": "mei", "customer": shop.cast.li.public_id, "gift": shop.tea.public_id,
        "occasion": "points", "key": "app-1",
    }  # fmt: skip

    (tea, pot) = till("/gifts?person=mei").json()["gifts"]
    made, again = till("/presents", body), till("/presents", body)
    short = till("/presents", body | {"key": "app-2"})
    unpriced = till("/presents", body | {"key": "app-3", "gift": shop.pot.public_id})
    where = f"/presents/{made.json()['id']}/withdraw"
    other, gone, twice = (
        till(where, {"person": who}) for who in ("tao", "mei", "mei")
    )  # fmt: skip

    account = Account.objects.get(customer=shop.cast.li, currency="points")
    assert (tea["points"], pot["points"]) == (300, None)
    assert (made.status_code, made.content) == (200, again.content)
    assert (made.json()["points"], made.json()["state"]) == (300, "approved")
    assert (short.status_code, unpriced.status_code) == (409, 409)
    assert (other.status_code, gone.json()["state"], twice.status_code) == (
        404, "withdrawn", 409,
    )  # fmt: skip
    assert account.active == 500

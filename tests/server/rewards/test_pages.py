"""The pages: the counter, two clicks for a privilege, a gift up to its signature, the costs."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.rewards.conftest import Shop, batch_of, kind_of, privilege_of, year

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person
from regulars.server.rewards import actions, queries
from regulars.server.rewards.models import Coupon, CouponKind, Present, Privilege, Use
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 60
DRAWN = "data:image/png;base64," + base64.b64encode(PNG).decode()


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


def enter(person: Person) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person)
    return client


def text(client: Client, where: str) -> str:
    answer = client.get(where)
    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 200, where
    return answer.content.decode()


def post(client: Client, where: str, **fields: object) -> Any:
    answer = client.post(where, fields)
    scope.set_scope(scope.EVERYBODY)
    return answer


def once(page: str) -> str:
    found = re.search(r'name="once" value="([0-9a-f]+)"', page)
    assert found
    return found.group(1)


def test_a_kind_is_written_codes_are_made_and_a_customer_gets_one(shop: Shop) -> None:
    client = enter(shop.cast.max)
    post(
        client, "/rewards/coupons/new", name="洗车券", what="thing", least="0", unit_cost="25",
        condition="birthday", days="30",
    )  # fmt: skip
    kind = CouponKind.objects.get()
    post(
        client, f"/rewards/coupons/{kind.public_id}/batch", name="2026", size=5, per_customer=1
    )
    batch = kind.batches.get()
    assert "2026" in text(client, "/rewards/coupons/")

    mei, page = enter(shop.cast.mei), f"/customers/{shop.cast.li.public_id}/rewards/coupon"
    given = {"batch": batch.public_id, "once": once(text(mei, page))}
    assert post(mei, page, **given).status_code == 302
    assert post(mei, page, **given).status_code == 302, "sent twice is given once"
    coupon = Coupon.objects.get(state="issued")
    story = text(mei, f"/customers/{shop.cast.li.public_id}/rewards/")
    assert f"{coupon.code[:4]}-{coupon.code[4:8]}-{coupon.code[8:]}" in story
    assert "Li Na" in text(client, f"/rewards/batches/{batch.public_id}/?state=issued")
    refused = post(mei, page, batch=batch.public_id, once="2" * 24)
    assert refused.status_code == 422
    assert "as many of" in refused.content.decode()


def test_a_bank_is_told_why_a_coupon_for_deposits_is_refused(shop: Shop) -> None:
    answer = post(
        enter(shop.cast.max), "/rewards/coupons/new", name="米", what="thing", least="0",
        unit_cost="25", condition="deposit_balance", days="30",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "银保监办发〔2018〕48号" in answer.content.decode()
    assert not CouponKind.objects.exists()


def test_the_counter_takes_a_code_once_and_tells_nothing_of_strangers(shop: Shop) -> None:
    coupon = shop.issue(batch_of(), shop.cast.qian)
    client = enter(shop.cast.lob)
    page = text(client, "/rewards/counter")
    typed = f"{coupon.code[:4].lower()} {coupon.code[4:]}"
    done = post(client, "/rewards/counter", code=typed, once=once(page)).content.decode()
    assert "The coupon is taken" in done
    assert "Qian Zhenhua" not in done
    again = post(client, "/rewards/counter", code=coupon.code, once="3" * 24)
    assert again.status_code == 422
    assert "redeemed before" in again.content.decode()
    wrong = post(client, "/rewards/counter", code="ABCD-EFGH-JKLM", once="4" * 24)
    assert "letter by letter" in wrong.content.decode()


def test_the_counter_asks_for_the_amount_that_a_coupon_asks_for(shop: Shop) -> None:
    coupon = shop.issue(batch_of(kind=kind_of(least=Decimal(100))))
    client, told = enter(shop.cast.mei), {"code": coupon.code, "once": "5" * 24}
    asked = post(client, "/rewards/counter", **told)
    assert asked.status_code == 422
    assert "Say what is paid" in asked.content.decode()
    post(client, "/rewards/counter", **told, amount="100")
    coupon.refresh_from_db()
    assert coupon.state == "redeemed"


def test_printed_codes_are_void_only_if_the_closer_says_so(shop: Shop) -> None:
    batch, client = batch_of(3, is_bearer=True), enter(shop.cast.max)
    page = f"/rewards/batches/{batch.public_id}"
    assert "Printed codes are void" not in text(client, f"{page}/close")
    assert len(post(client, f"{page}/codes").content.decode().strip().splitlines()) == 4
    assert queries.batch(shop.cast.ana, batch.public_id).given == 3
    assert "Printed codes are void" in text(client, f"{page}/close")
    post(client, f"{page}/close")
    assert Coupon.objects.filter(batch=batch, state="free").count() == 3
    post(client, f"{page}/close", also_printed="on")
    assert Coupon.objects.filter(batch=batch, state="void").count() == 3


def test_two_clicks_write_a_use_down_and_one_takes_it_back(ranked: Shop) -> None:
    found = privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 2))
    client, li = enter(ranked.cast.mei), ranked.cast.li
    page = f"/customers/{li.public_id}/"
    assert "2 of 2 left" in text(client, page)
    where = f"/customers/{li.public_id}/rewards/use/{found.public_id}"
    form = text(client, where)
    post(client, where, on=TODAY.isoformat(), note="at home", once=once(form))
    use = Use.objects.get()
    assert (use.by, use.note, use.cost) == (ranked.cast.mei, "at home", Decimal(60))
    shown = text(client, page)
    assert "1 of 2 left" in shown
    assert f"/rewards/uses/{use.public_id}/undo" in shown, "undone by a click"
    post(client, f"/rewards/uses/{use.public_id}/undo")
    assert "2 of 2 left" in text(client, page)


def test_a_gift_goes_from_the_request_to_the_signature(shop: Shop) -> None:
    mei, wei, li = enter(shop.cast.mei), enter(shop.cast.wei), shop.cast.li
    page = f"/customers/{li.public_id}/rewards/gift"
    told = {
        "what": f"{shop.pot.public_id}@{shop.cast.willow.pk}", "occasion": "birthday",
        "reason": "60", "once": once(text(mei, page)),
    }  # fmt: skip
    post(mei, page, **told)
    made = Present.objects.get()
    one = f"/rewards/presents/{made.public_id}/"
    assert "Somebody else approves it" in text(mei, one)
    assert "Li Na" in text(wei, "/rewards/?show=waiting")
    post(wei, f"{one}approve")
    assert "Li Na" in text(mei, "/rewards/?show=approved")
    empty = post(mei, f"{one}hand", drawn="", typed="")
    assert empty.status_code == 422
    post(mei, f"{one}hand", drawn=DRAWN)
    assert DRAWN in text(mei, one)
    assert Present.objects.get().state == "received"


def test_a_refusal_says_why_and_fills_the_shelf(shop: Shop) -> None:
    made, wei = shop.ask(shop.pot), enter(shop.cast.wei)
    assert post(wei, f"/rewards/presents/{made.public_id}/refuse", reason="").status_code == 422
    post(wei, f"/rewards/presents/{made.public_id}/refuse", reason="too much")
    assert "too much" in text(wei, f"/rewards/presents/{made.public_id}/")
    assert "Back on the shelf" in text(wei, f"/rewards/gifts/{shop.pot.public_id}/stock")


def test_a_manager_counts_the_own_shelf_only(shop: Shop) -> None:
    wei, page = enter(shop.cast.wei), f"/rewards/gifts/{shop.tea.public_id}/stock"
    post(wei, page, place=shop.cast.willow.pk, why="arrived", number=5)
    other = post(wei, page, place=shop.cast.lake.pk, why="arrived", number=5)
    assert other.status_code == 422
    assert "15" in text(wei, "/rewards/gifts/")


def test_what_each_tier_costs_stands_beside_what_it_brings(ranked: Shop) -> None:
    found = privilege_of(quotas=dict.fromkeys((5, 4, 3, 2, 1), 9))
    ranked.use(found)
    ranked.use(found, ranked.cast.qian)
    coupon = ranked.issue(batch_of())
    actions.redeem(coupon.code, key="a", by=TESTS, at=NOON)
    actions.hand_over(ranked.ask(), typed="李娜", by=ranked.cast.mei, at=NOON)

    ana = queries.costs(ranked.cast.ana, *year())
    assert (ana.total.uses, ana.total.redeemed, ana.total.presents) == (2, 1, 1)
    assert ana.total.cost == Decimal(120) + Decimal("27.5") + Decimal(48)
    wei = queries.costs(ranked.cast.wei, *year())
    assert wei.total.uses == 1, "of the own branch"
    assert sum(line.customers for line in ana.lines) == 3
    (level,) = [line.level for line in wei.lines if line.uses]

    client = enter(ranked.cast.wei)
    page = text(client, "/rewards/costs")
    assert f"what=uses&amp;level={level}" in page
    for what in ("uses", "issued", "redeemed", "presents", "all"):
        rows = text(client, f"/rewards/behind?what={what}&level={level}")
        assert "Li Na" in rows
        assert "Qian Zhenhua" not in rows


def test_the_rows_leave_as_a_table_without_names_and_the_trail_says_so(ranked: Shop) -> None:
    ranked.issue(batch_of())
    client = enter(ranked.cast.ana)
    answer = client.get("/rewards/export?what=issued")
    scope.set_scope(scope.EVERYBODY)
    rows = answer.content.decode()
    assert "0001" in rows
    assert not {"Li Na", "李娜"} & set(rows.split())
    assert Coupon.objects.get(state="issued").code not in rows
    assert AuditEntry.objects.filter(action="rewards.exported").exists()


def test_a_privilege_is_written_and_changes_after_the_notice(ranked: Shop) -> None:
    client = enter(ranked.cast.max)
    told = {
        "name": "贵宾厅", "kind": "vip_room", "period": "year", "unit_cost": "120",
        "level_5": "∞", "level_4": "2", "valid_from": TODAY.isoformat(),
    }  # fmt: skip
    post(client, "/rewards/privileges/new", **told)
    first = Privilege.objects.get()
    assert first.quotas == {"5": None, "4": 2}
    page = f"/rewards/privileges/{first.public_id}/change"
    early = post(client, page, **told)
    assert early.status_code == 422
    assert "for the future only" in early.content.decode()
    post(client, page, **told | {"valid_from": "2027-01-01", "level_4": "1"})
    assert Privilege.objects.count() == 2
    assert "2027" in text(client, "/rewards/privileges/")
    odd = post(client, page, **told | {"valid_from": "2027-01-01", "level_4": "many"})
    assert "A number from 1 on" in odd.content.decode()


def test_limits_are_kept_on_their_page(shop: Shop) -> None:
    post(
        enter(shop.cast.max), "/rewards/settings", approval_from="50", gifts_per_year="3",
        surprise_budget="90", notice_days="20", unused_from="4",
    )  # fmt: skip
    assert (queries.policy().gifts_per_year, queries.policy().unused_from) == (3, 4)
    assert shop.ask(shop.pot).state == "waiting"

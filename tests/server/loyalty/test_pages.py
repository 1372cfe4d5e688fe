"""The pages: set up, rules with a try-out, members, a statement, approval, liability."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from tests.server.loyalty.conftest import Books, faults

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.models import EarningRule, Membership, Movement, Programme, Wish
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db
RULE = {
    "name": "消费积分", "name_en": "Spending", "currency": "points", "kind": "amount",
    "points": 1, "per": 10, "pending_days": 0, "lasts": "months", "span": 24,
    "valid_from": TODAY.isoformat(),
}  # fmt: skip


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


def test_a_programme_is_set_up_and_its_rule_tried_and_adopted(as_system: Cast) -> None:
    client = enter(as_system.max)
    assert "There is no programme yet" in text(client, "/loyalty/")
    made = post(
        client, "/loyalty/settings", name="金穗积分", name_en="Golden Ear", prefix="600",
        began_on="2026-01-01", unit_cost="0.01", assumed_breakage="0.2", approval_from=5000,
        grace_days=30, notice_days=15, joining="hand", segment="",
    )  # fmt: skip
    assert made.status_code == 302
    actions.join(as_system.li, by=TESTS, at=NOON)
    bought(as_system, as_system.li, date(2026, 11, 3), date(2026, 11, 5), amount=450_00)

    assert post(client, "/loyalty/rules/new", **RULE | {"per": ""}).status_code == 422
    assert post(client, "/loyalty/rules/new", **RULE).status_code == 302
    rule = EarningRule.objects.get()
    tried = text(client, f"/loyalty/rules/{rule.public_id}/")
    assert "1 of 1" in tried
    assert ">90<" in tried
    assert post(client, f"/loyalty/rules/{rule.public_id}/adopt").status_code == 302

    levels = {"months": 12, "valid_from": TODAY.isoformat(), "name_0": "银卡", "en_0": "Silver",
              "from_0": 100}  # fmt: skip
    assert post(client, "/loyalty/levels", **levels).status_code == 302
    page = text(client, "/loyalty/programme")
    assert "Spending" in page
    assert "Silver" in page
    assert post(client, f"/loyalty/rules/{rule.public_id}/change", **RULE).status_code == 302
    newer = EarningRule.objects.get(version=2)
    assert post(client, f"/loyalty/rules/{newer.public_id}/adopt").status_code == 409


def test_members_stand_in_the_order_of_their_points_page_after_page(books: Books) -> None:
    actions.join(books.cast.zhou, by=TESTS, at=NOON)
    books.earn(300)
    books.earn(900, who=books.cast.qian)
    names, after = [], ""
    for _page in range(3):
        found = queries.listed(books.cast.ana, NOON, after=after, most=1)
        names += [row.customer for row in found.rows]
        after = found.next or ""

    assert names == [books.cast.qian, books.cast.li, books.cast.zhou]
    assert after == ""


def test_those_with_most_pending_points_come_first_where_they_are_asked_for(
    books: Books,
) -> None:
    books.earn(900)
    books.earn(10, pending=7)
    books.earn(20, who=books.cast.qian, pending=7)

    found = queries.listed(books.cast.ana, NOON, having="pending")

    assert [row.customer for row in found.rows] == [books.cast.qian, books.cast.li]


@pytest.mark.parametrize("month", ["9999-12-01", "0001-01-01", "1e9", ""])
def test_a_month_that_no_points_are_of_shows_this_one(books: Books, month: str) -> None:
    answer = enter(books.cast.ana).get("/loyalty/lots", {"cohort": month})

    assert answer.status_code == 200
    assert answer.context["cohort"] == TODAY.replace(day=1)


def test_a_bank_is_told_that_deposits_earn_nothing(books: Books) -> None:
    answer = post(
        enter(books.cast.max), "/loyalty/rules/new",
        **RULE | {"kind": "balance", "per": 1000},
    )  # fmt: skip

    assert answer.status_code == 422
    assert "2018" in answer.content.decode()


def test_somebody_joins_and_redeems_on_the_customers_page(books: Books) -> None:
    cast, client = books.cast, enter(books.cast.mei)
    Membership.objects.filter(customer=cast.li).update(left_on=TODAY)
    page = f"/customers/{cast.li.public_id}"
    assert "Join the programme" in text(client, f"{page}/")

    assert post(client, f"{page}/points/join").status_code == 302
    books.earn(300, days=20)
    shown = text(client, f"{page}/")
    assert Membership.objects.standing().get(customer=cast.li).number in shown
    assert "End on" in shown

    wish = {"kind": "redeem", "points": 120, "reason": "tea set", "once": "o1"}
    assert post(client, f"{page}/points/move", **wish).status_code == 302
    assert post(client, f"{page}/points/move", **wish).status_code == 302
    assert post(client, f"{page}/points/move", **wish | {"once": "o2", "points": 500}
                ).status_code == 422  # fmt: skip
    assert books.of() == (180, 0, 0)
    statement = text(client, f"{page}/points/")
    assert "Redeemed" in statement
    spent = Movement.objects.get(what="redeem")
    back = f"{page}/points/{spent.public_id}/back"
    assert post(client, back).status_code == 302
    assert post(client, back).status_code == 302
    assert (books.of(), faults()) == ((300, 0, 0), [])


def test_many_points_wait_for_a_second_person(books: Books) -> None:
    cast, books_ = books.cast, books
    books.earn(20_000)
    move = f"/customers/{cast.li.public_id}/points/move"
    wish = {"kind": "redeem", "points": 6000, "reason": "a trip", "once": "o1"}
    assert post(enter(cast.mei), move, **wish).status_code == 302
    found = Wish.objects.get()
    assert (found.state, books_.of()) == ("waiting", (20_000, 0, 0))

    chief = enter(cast.wei)
    assert "a trip" in text(chief, "/loyalty/wishes")
    assert "Approve and book" in text(chief, f"/loyalty/wishes/{found.public_id}/")
    assert post(chief, f"/loyalty/wishes/{found.public_id}/decline").status_code == 422
    assert post(chief, f"/loyalty/wishes/{found.public_id}/approve").status_code == 302
    assert post(chief, f"/loyalty/wishes/{found.public_id}/approve").status_code == 409
    assert books.of() == (14_000, 0, 0)


def test_nobody_approves_the_own_wish(books: Books) -> None:
    wei = books.cast.wei
    wish = actions.ask(
        books.cast.li, "credit", points_=9000, reason="sorry", key="k", by=wei, at=NOON
    )

    with pytest.raises(actions.OwnWish):
        actions.approve(wish, by=wei, at=NOON)
    actions.decline(wish, note="too much", by=books.cast.lin, at=NOON)
    with pytest.raises(actions.Decided):
        actions.approve(wish, by=books.cast.lin, at=NOON)

    assert books.of() == (0, 0, 0)


def test_each_sees_the_own_members_alone(books: Books) -> None:
    books.earn(10, who=books.cast.qian)
    mei = enter(books.cast.mei)

    page = text(mei, "/loyalty/")
    assert ("李娜" in page or "Li Na" in page, "Qian" in page) == (True, False)
    assert "Qian" in text(enter(books.cast.tao), "/loyalty/")
    assert mei.get(f"/customers/{books.cast.qian.public_id}/points/").status_code == 404


def test_the_figures_lead_to_the_members_behind_them(books: Books) -> None:
    books.earn(10, days=20, who=books.cast.qian)
    ana = enter(books.cast.ana)

    ending = text(ana, "/loyalty/?having=ending")
    found = text(ana, "/loyalty/?text=Qian")

    assert ("Qian" in ending, "Li Na" in ending) == (True, False)
    assert ("Qian" in found, "Li Na" in found) == (True, False)


def test_the_statement_adds_up_and_leaves_as_a_file(books: Books) -> None:
    books.earn(100, at=NOON - timedelta(days=40))
    books.earn(50)
    books.redeem(30)
    where = f"/customers/{books.cast.li.public_id}/points/"
    mei = enter(books.cast.mei)

    page = text(mei, f"{where}?from=2026-11-01&to=2026-11-30")
    taken = post(mei, f"{where}file", **{"from": "2026-11-01", "to": "2026-11-30",
                                         "format": "csv"})  # fmt: skip
    rows = b"".join(taken.streaming_content).decode("utf-8-sig").splitlines()

    assert ">100<" in page
    assert ">120<" in page
    assert [row.split(",")[3:] for row in rows[1:]] == [
        ["50", "0", "0", "150"], ["-30", "0", "0", "120"],
    ]  # fmt: skip
    xlsx = post(mei, f"{where}file", format="xlsx")
    assert b"".join(xlsx.streaming_content)[:2] == b"PK"


def test_liability_shows_cohorts_with_whose_they_are(books: Books) -> None:
    books.earn(1000, at=NOON - timedelta(days=60))
    books.redeem(200)
    ana = enter(books.cast.ana)

    page = text(ana, "/loyalty/liability")
    behind = text(ana, "/loyalty/lots?cohort=2026-09-01&state=spent")

    assert "781.25" in page
    assert "6.40" in page  # 800 x 0.8 x 0.01
    assert "Li Na" in behind
    opened = re.findall(r'href="(/loyalty/lots[^"]+)"', page)
    of_all = {one.rpartition("=")[2] for one in opened if "cohort=all" in one}
    assert of_all == {"points", "spent", "active", "held"}
    for one in opened:
        assert "Li Na" in text(ana, html.unescape(one)), one


def test_without_the_right_nobody_edits(books: Books) -> None:
    mei = enter(books.cast.mei)

    assert mei.get("/loyalty/settings").status_code == 403
    assert mei.get("/loyalty/programme").status_code == 403
    assert enter(books.cast.ana).get("/loyalty/rules/new").status_code == 403
    assert Programme.objects.count() == 1

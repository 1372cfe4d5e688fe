"""Bricks on the customer page, and the rows behind their figures."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client

from regulars.server.channels.models import Touch
from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.scoring.models import Run
from regulars.server.segments import bricks, queries, rules
from regulars.server.segments.queries import one
from regulars.testing.cast import NOON, TODAY, Cast

pytestmark = pytest.mark.django_db


def enter(client: Client, person: Person, language: str = "zh-hans") -> Client:
    client.force_login(person)
    client.cookies["regulars_language"] = language
    return client


def page(client: Client, customer: Customer, tail: str = "") -> str:
    answer = client.get(f"/customers/{customer.public_id}/{tail}")
    assert answer.status_code == 200
    return answer.content.decode()


def current() -> Run:
    return Run.objects.get(is_current=True)


def test_a_full_page_speaks_both_languages(alive: Cast, client: Client) -> None:
    chinese = page(enter(client, alive.mei), alive.li)
    english = page(enter(client, alive.mei, "en"), alive.li)

    for words in ("贵宾", "整存整取一年", "资产走势", "60.0 万", "转账转入"):
        assert words in chinese, words
    for words in ("Premier", "1-year deposit", "Assets over time", "¥600K", "Transfer in"):
        assert words in english, words


def test_every_figure_carries_its_version_and_date(alive: Cast, client: Client) -> None:
    shown = page(enter(client, alive.mei), alive.li)
    with scope.everything():
        run = current()

    assert f"评分截至 {run.as_of}，第 {run.pk} 版" in shown


def test_a_holding_that_matures_soon_stands_out(alive: Cast) -> None:
    with scope.looking(alive.mei):
        (held,) = queries.holdings(alive.mei, alive.li, TODAY)

    assert (held.days_left, held.share) == (9, 1.0)


def test_a_tier_knows_its_rule_and_the_way_up(alive: Cast) -> None:
    with scope.looking(alive.mei):
        found = queries.standing(alive.mei, alive.li)

    assert found is not None
    assert (found.mark.code, found.measure, found.cut) == ("premier", "adb_month", 500_000)
    assert (found.better, found.missing) == ("私行", 6_000_000 - 600_000)


def test_moments_run_backwards_and_none_is_lost_between_pages(alive: Cast) -> None:
    with scope.everything():
        for n in range(30):  # many in one instant, across the border of a page
            Touch.objects.create(
                customer=alive.li, at=NOON - timedelta(days=n // 8), channel="call",
                outcome="reached", two_way=True, person=alive.mei,
            )  # fmt: skip
        seen: list[one.Moment] = []
        before = None
        while True:
            found, before = queries.timeline(alive.mei, alive.li, before=before)
            seen += found
            if before is None:
                break

    assert [m.at for m in seen] == sorted((m.at for m in seen), reverse=True)
    assert sum(1 for m in seen if m.touch) == len({m.touch.pk for m in seen if m.touch}) == 30
    assert sum(1 for m in seen if m.fact) == 23


def test_what_is_still_ahead_stands_apart_the_next_one_first(alive: Cast) -> None:
    with scope.looking(alive.mei):
        found, _earlier = queries.timeline(alive.mei, alive.li)
        at = found[len(found) // 2].at
        told = bricks.timeline(alive.mei, alive.li, at)

    ahead, past = [line.at for line in told["ahead"]], [line.at for line in told["lines"]]
    assert ahead == sorted(moment.at for moment in found if moment.at > at)
    assert past[0] == at
    assert len(ahead) >= 1


def test_moments_can_be_narrowed_to_contacts_or_money(alive: Cast, client: Client) -> None:
    with scope.everything():
        Touch.objects.create(
            customer=alive.li, at=NOON, channel="call", outcome="reached", note="想开店"
        )
    enter(client, alive.mei)

    contacts = page(client, alive.li, "timeline?show=contacts")
    money = page(client, alive.li, "timeline?show=transactions")

    assert ("想开店" in contacts, "转入" in contacts) == (True, False)
    assert ("想开店" in money, "转入" in money) == (False, True)


def test_no_brick_of_a_strange_customer_opens(alive: Cast, client: Client) -> None:
    enter(client, alive.mei)

    for tail in ("timeline", "money", "timeline?show=contacts"):
        answer = client.get(f"/customers/{alive.qian.public_id}/{tail}")
        assert answer.status_code == 404, tail


def test_a_number_opens_its_rows_within_the_scope(alive: Cast, client: Client) -> None:
    with scope.everything():
        every = [("abc_class", letter) for letter in "ABC"]
        url = rules.rows_url(current().public_id, every, title="全部")

    company = enter(client, alive.ana).get(url).content.decode()
    own = enter(client, alive.mei).get(url).content.decode()

    assert [name in company for name in ("李娜", "周记商店", "钱振华")] == [True] * 3
    assert [name in own for name in ("李娜", "周记商店", "钱振华")] == [True, False, False]
    assert "全部" in own


def test_rows_open_beside_the_page(alive: Cast, client: Client) -> None:
    with scope.everything():
        url = rules.rows_url(current().public_id, [("tier", "premier")])
    headers = {"HX-Request": "true", "HX-Target": "drawer"}

    drawer = enter(client, alive.ana).get(url, headers=headers).content.decode()

    assert "<html" not in drawer
    assert "data-drawer-title" in drawer
    assert "李娜" in drawer


def test_rows_of_nothing_that_exists_are_not_there(alive: Cast, client: Client) -> None:
    enter(client, alive.ana)

    for query in ("run=nowhere", "where=password:x", "before=nowhere", "order=password"):
        assert client.get(f"/customers/rows/?{query}").status_code == 404, query


@pytest.mark.parametrize(
    "where", ["stage:1..2", "value:2026-01-01..", "value:\u0663..", "kind:2026-99-99.."]
)
def test_a_range_that_does_not_fit_its_column_is_not_there(
    alive: Cast, client: Client, where: str
) -> None:
    enter(client, alive.ana)

    assert client.get("/customers/rows/", {"where": where}).status_code == 404


def test_an_address_of_rows_reads_back_as_it_was_written() -> None:
    where = [("stage", "dormant"), ("was_tier", "premier"), ("rfm_type", "")]
    url = rules.rows_url("abc", where, before="def", title="走了 & 回来")
    parts = parse_qs(urlsplit(url).query)

    assert rules.conditions(parts["where"]) == where
    assert (parts["run"], parts["before"], parts["title"]) == (
        ["abc"],
        ["def"],
        ["走了 & 回来"],
    )


def test_reasons_name_silence_in_the_own_rhythm() -> None:
    outflow = {"large_movement": "out", "flow_5": -720_000.0, "flow_low": -180_000.0}
    found = rules.reasons({"days_since_last": 41, "median_gap": 12.0, **outflow})

    assert [(r.code, r.amount) for r in found] == [("silent_own", 41), ("outflow", 720_000.0)]
    assert rules.reasons({}) == []


def test_near_means_four_fifths_of_the_way() -> None:
    from decimal import Decimal as D

    assert rules.short_of(D(468_000), D(500_000)) == D(32_000)
    assert rules.short_of(D(399_000), D(500_000)) is None
    assert rules.short_of(D(500_000), D(500_000)) is None

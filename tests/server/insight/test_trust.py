"""Data quality: the figures add up, each opens its rows, nobody sees another's book."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.insight import actions
from regulars.server.insight.models import FileFigures
from regulars.server.insight.queries import trust
from regulars.server.insight.rules.trust import Files, Wanted, bounds, total
from regulars.testing.cast import NOON, TESTS, Cast, customer, has_balance, scored

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=40)


@pytest.fixture
def town(as_system: Cast) -> Cast:
    """Li is dear and lacks much; a rich one has everything; both confirmed at noon."""
    rich = customer(
        "0009", "甲", as_system.mei_book,
        phone="10100000009", birth_date=date(1980, 1, 1), gender="female", address="路",
        occupation="教师", email="a@example.com", consents={"sms": True},
        preferred_channel="call", id_tail="1234", key_concern="价格",
    )  # fmt: skip
    for who in (as_system.li, as_system.qian, rich):
        has_balance(as_system, who, (date(2026, 1, 1), 900_000_00))
    scored(as_system)
    Customer.objects.filter(number__in=("0001", "0009")).update(confirmed_at=NOON)
    actions.measure_files(by=TESTS, at=NOON)
    return as_system


def see(client: Client, person: Person, url: str = "/quality/") -> str:
    client.force_login(person)
    client.cookies["regulars_language"] = "en"
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_figures_add_up_by_branch_by_book_and_by_tier(town: Cast) -> None:
    found = trust.picture(town.ana)

    assert found is not None
    assert found.whole.customers == Customer.objects.count()
    for parts in (found.branches, found.books, found.levels):
        assert total(files for _name, files in parts) == found.whole
    assert sum(found.whole.tenths) == found.whole.customers
    shares = Customer.objects.values_list("completeness", flat=True)
    assert found.whole.shares == sum(share or 0 for share in shares)


def test_a_figure_is_as_long_as_its_rows(town: Cast) -> None:
    found = trust.picture(town.ana)

    assert found is not None
    for n, files in enumerate(found.whole.tenths):
        assert trust.count(town.ana, Wanted(tenth=n), at=NOON) == files
    assert trust.count(town.ana, Wanted(stale=True), at=NOON) == found.whole.stale
    assert trust.count(town.ana, Wanted(lacking=True), at=NOON) == found.whole.lacking
    for level, files in found.levels:
        assert trust.count(town.ana, Wanted(level=level), at=NOON) == files.customers
    for unit, files in found.branches:
        assert trust.count(town.ana, Wanted(branch=unit.code), at=NOON) == files.customers


def test_the_dear_ones_that_lack_something_stand_first_and_say_what(town: Cast) -> None:
    rows, more = trust.rows(town.ana, Wanted(lacking=True), at=NOON)

    assert not more
    assert next(row.customer.number for row in rows) in {"0001", "0003"}
    assert "0009" not in [row.customer.number for row in rows]
    stakes = [row.stake for row in rows if row.stake is not None]
    assert stakes == sorted(stakes, reverse=True)
    li = next(row for row in rows if row.customer.number == "0001")
    assert {"birth_date", "address"} <= set(li.missing)
    assert "phone" not in li.missing


def test_a_file_turns_stale_after_the_days_of_its_tier(town: Cast) -> None:
    def stale(days: int) -> set[str]:
        rows, _more = trust.rows(town.ana, Wanted(stale=True), at=NOON + timedelta(days=days))
        return {row.customer.number for row in rows}

    assert "0001" not in stale(29)
    assert "0001" in stale(31)
    assert "0003" in stale(0)  # never confirmed


def test_a_manager_sees_the_own_branch_only(town: Cast, look: Callable[[Person], None]) -> None:
    look(town.wei)
    found = trust.picture(town.wei)

    assert found is not None
    assert [unit for unit, _files in found.branches] == [town.willow]
    rows, _more = trust.rows(town.wei, Wanted(), at=NOON)
    assert "0003" not in {row.customer.number for row in rows}


def test_both_walls_hold_alone(town: Cast, look: Callable[[Person], None]) -> None:
    asked = Wanted(branch="B02")
    # The query alone: the database shows everything.
    assert trust.rows(town.wei, asked, at=NOON)[0] == []
    assert not FileFigures.objects.visible_to(town.wei).filter(book=town.tao_book).exists()

    # The database alone: the query asks as somebody who sees everything.
    look(town.wei)
    assert trust.rows(town.ana, asked, at=NOON)[0] == []
    assert not FileFigures.objects.filter(book=town.tao_book).exists()


def test_every_figure_on_the_page_opens_its_rows(town: Cast, client: Client) -> None:
    page = see(client, town.ana)
    links = {unescape(link) for link in re.findall(r'href="(/quality/rows[^"]*)"', page)}

    assert len(links) > 8
    for link in sorted(links):
        see(client, town.ana, link)


def test_an_rm_is_not_asked_for_it(town: Cast, client: Client) -> None:
    client.force_login(town.mei)

    assert client.get("/quality/").status_code == 403


def test_without_a_measurement_the_page_says_when_there_will_be_one(
    cast: Cast, client: Client
) -> None:
    assert "Nothing is measured yet" in see(client, cast.ana)


def test_measuring_now_renews_the_day(town: Cast, client: Client) -> None:
    customers.change_customer(town.li, by=TESTS, at=NOON, occupation="教师")
    client.force_login(town.ana)

    assert client.post("/quality/measure").status_code == 302

    with scope.everything():
        assert trust.picture(town.ana) is not None


@pytest.mark.parametrize(
    "query", ["level=x", "tenth=99", "offset=-1", "offset=99999", "branch=%00"]
)
def test_nonsense_in_an_address_is_answered(town: Cast, client: Client, query: str) -> None:
    client.force_login(town.ana)

    assert client.get(f"/quality/rows?{query}").status_code in (200, 400, 404)


def test_bars_cover_every_per_cent_once() -> None:
    covered = [n for tenth in range(11) for n in range(bounds(tenth)[0], bounds(tenth)[1] + 1)]

    assert covered == list(range(101))
    assert Files().mean is None

"""Households and groups: proposed from the file, entered by hand, summed up for one viewer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from tests.server.customers.test_page import address, body, enter

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers import actions, queries
from regulars.server.customers.models import Customer, Household, Member
from regulars.server.tiers import queries as tiers
from regulars.testing.cast import (
    NOON,
    TESTS,
    TODAY,
    Cast,
    bought,
    customer,
    has_balance,
    scored,
)

pytestmark = pytest.mark.django_db
Look = Callable[[Person], None]
HOME = "柳溪镇桥头路 8 号"


@pytest.fixture
def sun(as_system: Cast) -> Customer:
    return customer("0004", "孙丽", as_system.mei_book, name_en="Sun Li")


def founded(head: Customer, *others: tuple[Customer, str]) -> Household:
    made = actions.found_household(head, by=TESTS, at=NOON)
    for each, role in others:
        actions.join_household(made, each, role, by=TESTS, at=NOON)
    return made


def test_a_household_is_called_after_its_head_and_shows_who_looks_after_whom(
    as_system: Cast, sun: Customer, client: Client
) -> None:
    made = founded(as_system.li, (sun, "spouse"))

    page = body(enter(client, as_system.mei), f"/households/{made.public_id}/")

    assert "李娜的家庭" in page
    assert "孙丽" in page
    assert "陆晓晴" in page


def test_a_customer_belongs_to_one_household(as_system: Cast, sun: Customer) -> None:
    founded(as_system.li, (sun, "spouse"))

    with pytest.raises(actions.Elsewhere):
        actions.found_household(sun, by=TESTS, at=NOON)

    (member,) = Member.objects.filter(customer=sun)
    actions.leave_household(member, on=TODAY, by=TESTS, at=NOON)
    assert actions.found_household(sun, by=TESTS, at=NOON)


def test_companies_form_groups_and_persons_households(as_system: Cast) -> None:
    made = founded(as_system.zhou)

    assert made.kind == Household.Kind.GROUP
    with pytest.raises(actions.BadMember):
        actions.join_household(made, as_system.li, "other", by=TESTS, at=NOON)


def test_one_leads_and_the_other_stays_a_member(as_system: Cast, sun: Customer) -> None:
    made = founded(as_system.li, (sun, "spouse"))

    actions.lead_household(Member.objects.get(customer=sun), by=TESTS, at=NOON)

    roles = dict(Member.objects.values_list("customer__name", "role"))
    assert roles == {"李娜": "other", "孙丽": "head"}
    seen = queries.household(as_system.mei, made.public_id)
    assert seen is not None
    assert seen.first == sun


def test_a_member_beyond_the_scope_is_neither_named_nor_counted(
    as_system: Cast, look: Look, client: Client
) -> None:
    cast = as_system
    made = founded(cast.qian, (cast.li, "child"))

    mine = queries.household(cast.mei, made.public_id)
    assert mine is not None
    assert mine.ids == [cast.li.pk]
    look(cast.mei)
    assert list(Member.objects.values_list("customer", flat=True)) == [cast.li.pk]
    page = body(enter(client, cast.mei), f"/households/{made.public_id}/")
    assert "钱振华" not in page
    assert "1 位" in page


def test_who_sees_no_member_sees_no_household(
    as_system: Cast, sun: Customer, client: Client
) -> None:
    made = founded(as_system.li, (sun, "spouse"))
    enter(client, as_system.tao)

    assert client.get(f"/households/{made.public_id}/").status_code == 404
    assert client.get("/households/zzzzzzzzzzzz/").status_code == 404


def test_a_hidden_head_is_not_dethroned(as_system: Cast, look: Look) -> None:
    cast = as_system
    founded(cast.qian, (cast.li, "child"))
    look(cast.mei)

    with pytest.raises(actions.Elsewhere):
        actions.lead_household(Member.objects.get(customer=cast.li), by=cast.mei, at=NOON)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"phone": "10100000001"}, ["phone"]),
        ({"address": HOME}, ["address"]),
        ({"name": "王芳", "address": HOME}, []),
        ({}, []),
    ],
)
def test_a_household_is_proposed_from_the_file_and_never_entered(
    as_system: Cast, fields: dict[str, Any], why: list[str]
) -> None:
    cast = as_system
    cast.li.address = HOME
    cast.li.save()
    given = {"name": "李明", **fields}
    customer("0005", given.pop("name"), cast.mei_book, **given)

    assert [each.why for each in queries.proposals(cast.mei, cast.li)] == why
    assert Member.objects.count() == 0


def test_nobody_of_another_book_is_proposed(as_system: Cast) -> None:
    cast = as_system
    customer("0005", "李远", cast.tao_book, phone=cast.li.phone)

    assert queries.proposals(cast.mei, cast.li) == []


def test_what_is_ticked_is_entered_with_its_role(
    as_system: Cast, sun: Customer, client: Client
) -> None:
    cast = as_system
    actions.relate(cast.li, sun, "spouse", by=TESTS, at=NOON)
    enter(client, cast.mei)
    assert "孙丽" in body(client, address(cast.li, "household"))

    client.post(
        address(cast.li, "household"),
        {"member": [sun.public_id, cast.qian.public_id], f"role-{sun.public_id}": "spouse"},
    )

    scope.set_scope(scope.EVERYBODY)
    found = dict(Member.objects.values_list("customer__name", "role"))
    assert found == {"李娜": "head", "孙丽": "spouse"}


def test_the_figures_are_those_of_the_members_one_may_see(as_system: Cast) -> None:
    cast = as_system
    weeks = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(44)]
    for who in (cast.li, cast.qian):
        bought(cast, who, *weeks)
        has_balance(cast, who, (date(2026, 1, 1), 900_000_00))
    scored(cast)
    ids = [cast.li.pk, cast.qian.pk]

    mine, all_of_it = tiers.together(cast.mei, ids), tiers.together(cast.ana, ids)

    assert mine is not None
    assert all_of_it is not None
    assert (mine.scored, all_of_it.scored) == (1, 2)
    assert all_of_it.value == pytest.approx(mine.value * 2)
    assert mine.value > Decimal(0)

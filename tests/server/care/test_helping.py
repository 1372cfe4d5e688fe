"""Help among colleagues: who may take a card, on whose list it stands, when it goes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from tests.server.care.conftest import OUT, World
from tests.server.care.test_pages import HTMX, body, enter

from regulars.server.care import actions, queries
from regulars.server.care.models import Capacity, Card
from regulars.server.care.queries.day import current_plan
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.core.models import AuditEntry, Person, Tenure
from regulars.testing.cast import NOON, TESTS, TODAY, person

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.server.care.urls")]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def day(world: World) -> World:
    """Li's money left Mei's book; Qian's deposit of Tao's book matures."""
    run = world.score({world.cast.li: OUT, world.cast.qian: {}})
    world.tier(run, {world.cast.li: (4, None, None), world.cast.qian: (3, None, None)})
    world.hold(world.cast.qian, TODAY + timedelta(days=2), holding="Q1")
    world.plan()
    return world


@pytest.fixture
def ivy(day: World) -> Person:
    """A colleague of Mei's branch who sees none of her customers."""
    return person("ivy", "艾薇", "Ivy", "rm", day.cast.willow)


def sees(who: Person, card: Card) -> bool:
    fresh = Person.objects.get(pk=who.pk)
    with scope.looking(fresh):
        return queries.card(fresh, card.public_id) is not None


def list_of(who: Person) -> list[str]:
    fresh = Person.objects.get(pk=who.pk)
    with scope.looking(fresh):
        found = queries.today(fresh, NOON)
        return [v.customer.name for g in found.groups for v in g.cards] if found else []


def give(day: World, to: Person, **more: object) -> int:
    card, cast = day.card(day.cast.li), day.cast
    return actions.give(
        [card.pk], cast.mei_book, to=to, by=cast.wei, at=NOON, **more  # type: ignore[arg-type]  # days only
    )  # fmt: skip


def test_a_card_taken_over_stands_on_the_helpers_list_and_counts_there(
    day: World, ivy: Person
) -> None:
    give(day, ivy, days=3)

    assert list_of(ivy) == ["李娜"]
    assert list_of(day.cast.mei) == []
    scope.set_scope(scope.EVERYBODY)
    found = queries.loads({ivy.pk, day.cast.mei.pk}, current_plan(TODAY), TODAY)
    assert found[day.cast.mei.pk].needed == 0 < found[ivy.pk].needed


def test_nobody_gets_a_card_whose_customer_they_may_not_see(day: World, ivy: Person) -> None:
    with pytest.raises(actions.NotTheirs):
        give(day, ivy)

    assert not sees(ivy, day.card(day.cast.li))


def test_help_opens_the_book_for_its_days_and_the_next_morning_closes_it(
    day: World, ivy: Person
) -> None:
    card = day.card(day.cast.li)
    give(day, ivy, days=2)
    assert sees(ivy, card)
    scope.set_scope(scope.EVERYBODY)

    day.plan(TODAY + timedelta(days=1))
    assert sees(ivy, card)
    scope.set_scope(scope.EVERYBODY)
    day.plan(TODAY + timedelta(days=2))

    assert not sees(ivy, card)
    scope.set_scope(scope.EVERYBODY)
    assert Card.objects.get(pk=card.pk).helper is None
    assert Tenure.objects.get(role="helper").until is not None


def test_a_card_goes_back_when_the_backup_who_took_it_is_replaced(
    day: World, ivy: Person
) -> None:
    cast = day.cast
    core.assign_book(cast.mei_book, owner=cast.mei, backup=ivy, by=TESTS, at=NOON)
    give(day, Person.objects.get(pk=ivy.pk))
    core.assign_book(cast.mei_book, owner=cast.mei, backup=None, by=TESTS, at=NOON)

    day.plan(TODAY + timedelta(days=1))

    card = Card.objects.get(customer=cast.li, state="open")
    assert card.helper is None


def test_the_manager_may_take_a_card_and_keep_it_overnight(day: World) -> None:
    give(day, day.cast.wei)
    day.plan(TODAY + timedelta(days=1))

    assert Card.objects.get(customer=day.cast.li, state="open").helper == day.cast.wei


def test_help_for_no_day_or_for_ever_is_refused(day: World, ivy: Person) -> None:
    for days in (0, actions.LONGEST_HELP + 1):
        with pytest.raises(actions.WrongHelp):
            give(day, ivy, days=days)

    assert not Tenure.objects.filter(role="helper").exists()


def test_a_card_given_twice_is_given_once(day: World, ivy: Person) -> None:
    give(day, ivy, days=1)

    with pytest.raises(actions.NothingToGive):
        give(day, ivy, days=1)
    assert AuditEntry.objects.filter(action="care.cards.given").count() == 1


def test_an_absence_puts_all_but_promises_beyond_the_day(day: World) -> None:
    cast = day.cast
    actions.set_capacity(
        cast.mei, first_on=TODAY, last_on=TODAY, minutes=0, reason="培训", by=cast.wei, at=NOON
    )

    assert day.card(cast.li).over_capacity
    assert not day.card(cast.qian).over_capacity
    day.plan(TODAY + timedelta(days=1))
    assert not Card.objects.get(customer=cast.li, state="open").over_capacity


def test_one_click_gives_the_overflow_of_a_tier(
    day: World, client: Client, ivy: Person
) -> None:
    cast = day.cast
    Card.objects.filter(customer=cast.li).update(over_capacity=True)
    url = f"/team/{cast.mei_book.pk}/help"
    assert "李娜" in body(enter(client, cast.wei), url)

    answer = client.post(url, {"to": ivy.public_id, "days": 2, "what": "over:4"}, headers=HTMX)

    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 204
    assert day.card(cast.li).helper == ivy
    assert ivy.name in body(enter(client, cast.wei), url)
    client.post(url, {"what": "return"}, headers=HTMX)
    scope.set_scope(scope.EVERYBODY)
    assert day.card(cast.li).helper is None


def test_a_manager_helps_in_no_book_of_another_branch(day: World, client: Client) -> None:
    cast = day.cast

    body(enter(client, cast.wei), f"/team/{cast.tao_book.pk}/help", status=404)


def test_the_board_takes_a_capacity_and_shows_it(day: World, client: Client) -> None:
    cast = day.cast
    url = f"/team/{cast.mei_book.pk}/capacity"
    enter(client, cast.wei)

    answer = client.post(
        url,
        {"first_on": "2026-11-23", "last_on": "2026-11-27", "minutes": 60, "reason": "培训"},
    )

    scope.set_scope(scope.EVERYBODY)
    assert answer.status_code == 302
    assert Capacity.objects.get().set_by == cast.wei
    assert "培训" in body(client, f"/team/{cast.mei_book.pk}/help")
    assert "1 时" in body(client, "/team/")

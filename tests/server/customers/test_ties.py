"""Ties: one tie, two words, and nobody learns of a customer beyond the own scope."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.server.customers.test_page import address, body, enter

from regulars.server.core import scope
from regulars.server.core.models import AuditEntry
from regulars.server.customers import actions, queries, rules
from regulars.server.customers.models import Customer, Relation
from regulars.testing.cast import NOON, TESTS, Cast, customer

pytestmark = pytest.mark.django_db
Kind = Relation.Kind


@pytest.fixture
def sun(as_system: Cast) -> Customer:
    """Another customer of Mei's."""
    return customer("0004", "孙丽", as_system.mei_book, name_en="Sun Li")


def tied(near: Customer, far: Customer, kind: str) -> Relation:
    return actions.relate(near, far, kind, by=TESTS, at=NOON)


def roles(viewer: Any, near: Customer) -> list[tuple[str, str]]:
    return [(tie.far.name, tie.role.code) for tie in queries.ties(viewer, near)]


@pytest.mark.parametrize(
    ("kind", "back"),
    [
        (Kind.PARENT, "parent:back"),
        (Kind.GUARANTOR, "guarantor:back"),
        (Kind.REFERRER, "referrer:back"),
    ],
)
def test_each_side_has_its_own_word(
    as_system: Cast, sun: Customer, kind: str, back: str
) -> None:
    tied(as_system.li, sun, kind)

    assert roles(as_system.mei, as_system.li) == [("孙丽", kind)]
    assert roles(as_system.mei, sun) == [("李娜", back)]


@pytest.mark.parametrize("kind", [Kind.SPOUSE, Kind.RELATIVE])
def test_what_is_the_same_both_ways_is_kept_once(
    as_system: Cast, sun: Customer, kind: str
) -> None:
    first = tied(as_system.li, sun, kind)

    assert tied(sun, as_system.li, kind).pk == first.pk
    assert Relation.objects.count() == 1
    assert AuditEntry.objects.filter(action="customers.relation.added").count() == 1


def test_a_child_told_from_the_other_side_is_the_same_tie(
    as_system: Cast, sun: Customer
) -> None:
    first = tied(as_system.li, sun, Kind.CHILD)

    assert tied(sun, as_system.li, Kind.PARENT).pk == first.pk
    assert roles(as_system.mei, as_system.li) == [("孙丽", "parent:back")]


@pytest.mark.parametrize(
    ("kinds", "turned"),
    [(("spouse", "spouse"), True), (("child", "parent"), True), (("parent", "parent"), False)],
)
def test_the_database_keeps_no_tie_twice_however_it_is_written(
    as_system: Cast, sun: Customer, kinds: tuple[str, str], turned: bool
) -> None:
    li = as_system.li
    ends = ((li, sun), (sun, li) if turned else (li, sun))
    Relation.objects.create(customer=ends[0][0], other=ends[0][1], kind=kinds[0])

    with pytest.raises(IntegrityError), transaction.atomic():
        Relation.objects.create(customer=ends[1][0], other=ends[1][1], kind=kinds[1])


def test_partners_are_partners_of_each_other(as_system: Cast) -> None:
    cast = as_system
    mill = customer("0005", "临江机械", cast.willow_pool, kind="organization")
    tied(mill, cast.zhou, Kind.PARTNER)

    assert roles(cast.wei, mill) == [("周记商店", "partner")]
    assert roles(cast.wei, cast.zhou) == [("临江机械", "partner")]


def test_a_person_is_a_customer_and_contact_of_an_organisation_at_once(
    as_system: Cast, client: Client
) -> None:
    cast = as_system
    tied(cast.zhou, cast.li, Kind.CONTACT_PERSON)
    tied(cast.zhou, cast.li, Kind.KEY_PERSON)

    assert "是其联系人" in body(enter(client, cast.wei), address(cast.li))
    scope.set_scope(scope.EVERYBODY)
    assert set(roles(cast.wei, cast.zhou)) == {
        ("李娜", "contact_person"),
        ("李娜", "key_person"),
    }


@pytest.mark.parametrize("kind", [Kind.SPOUSE, Kind.PARENT_COMPANY, "friend"])
def test_a_tie_that_does_not_fit_is_refused(as_system: Cast, kind: str) -> None:
    with pytest.raises(actions.BadTie):
        tied(as_system.li, as_system.zhou, kind)


def test_what_ended_is_over_and_may_begin_again(as_system: Cast, sun: Customer) -> None:
    mei, li = as_system.mei, as_system.li
    old = tied(li, sun, Kind.SPOUSE)

    actions.change_tie(
        old, since=date(2010, 5, 1), until=date(2020, 1, 1), note="", by=mei, at=NOON
    )
    assert roles(mei, li) == []
    assert [seen.tie.pk for seen in queries.ties(mei, li, ended=True)] == [old.pk]
    again = tied(sun, li, Kind.SPOUSE)

    assert again.pk != old.pk
    with pytest.raises(actions.AlreadyTied):
        actions.change_tie(old, since=None, until=None, note="", by=mei, at=NOON)
    with pytest.raises(actions.BadTie):
        actions.change_tie(
            again, since=date(2021, 1, 1), until=date(2020, 1, 1), note="", by=mei, at=NOON
        )


def test_of_a_tie_across_the_border_neither_side_learns(
    as_system: Cast, client: Client
) -> None:
    """Not even that there is somebody: who has an account here is nobody else's business."""
    cast = as_system
    tie = tied(cast.li, cast.qian, Kind.SPOUSE)

    for person, near, far in ((cast.mei, cast.li, "钱振华"), (cast.tao, cast.qian, "李娜")):
        enter(client, person)
        page = body(client, address(near))
        assert far not in page
        assert tie.public_id not in page
        assert far not in body(client, address(near, "ties/"))
        assert client.get(address(near, f"ties/{tie.public_id}")).status_code == 404


@pytest.mark.parametrize("who", ["mei", "tao"])
def test_the_databases_wall_alone_hides_a_tie_that_crosses(
    as_system: Cast, look: Callable[[Any], None], who: str
) -> None:
    tied(as_system.li, as_system.qian, Kind.SPOUSE)
    look(getattr(as_system, who))

    assert Relation.objects.count() == 0


@pytest.mark.parametrize("who", ["mei", "tao"])
def test_the_queries_scope_alone_hides_a_tie_that_crosses(as_system: Cast, who: str) -> None:
    cast = as_system
    tied(cast.li, cast.qian, Kind.SPOUSE)
    viewer, near = (cast.mei, cast.li) if who == "mei" else (cast.tao, cast.qian)

    assert queries.ties(viewer, near) == []
    assert queries.network(viewer, near).nodes == ()


def test_a_walk_does_not_pass_through_somebody_elses_customer(
    as_system: Cast, sun: Customer
) -> None:
    """Mei must not see that Li and Sun are tied through Qian."""
    cast = as_system
    tied(cast.li, cast.qian, Kind.RELATIVE)
    tied(cast.qian, sun, Kind.RELATIVE)

    assert queries.network(cast.mei, cast.li).nodes == ()
    assert [node.step for node in queries.network(cast.ana, cast.li).nodes] == [1, 2]


def test_a_walk_counts_everybody_once_at_the_shortest_way(
    as_system: Cast, sun: Customer
) -> None:
    cast = as_system
    mill = customer("0005", "临江机械", cast.mei_book, kind="organization")
    tied(cast.li, sun, Kind.SPOUSE)
    tied(mill, cast.li, Kind.KEY_PERSON)
    tied(sun, mill, Kind.EMPLOYER)

    found = queries.network(cast.mei, cast.li, steps=3)

    assert {(node.customer.name, node.step) for node in found.nodes} == {
        ("孙丽", 1),
        ("临江机械", 1),
    }
    assert found.counts == [(1, 2), (2, 2), (3, 2)]
    assert not found.cut


def test_a_walk_is_bounded_and_says_so(as_system: Cast) -> None:
    cast = as_system
    for n in range(8):
        tied(cast.li, customer(f"R{n}", f"员工{n}", cast.mei_book), Kind.RELATIVE)

    found = queries.network(cast.mei, cast.li, most=5)

    assert len(found.nodes) == 5
    assert found.cut


def test_a_tie_is_added_by_search_in_the_words_of_the_page(
    as_system: Cast, sun: Customer, client: Client
) -> None:
    cast = as_system
    enter(client, cast.mei)

    assert "孙丽" in body(client, address(cast.li, "ties/find?q=孙丽"))
    form = body(client, address(cast.li, f"ties/new?other={sun.public_id}"))
    answer = client.post(
        address(cast.li, "ties/new"),
        {"other": sun.public_id, "role": "parent:back", "since": "2015-06-01", "note": "独女"},
    )

    assert "子女" in form
    assert answer.status_code == 302
    scope.set_scope(scope.EVERYBODY)
    (tie,) = queries.ties(cast.mei, sun)
    assert (tie.far.name, tie.role.code, tie.tie.note) == ("李娜", "parent", "独女")
    assert tie.tie.source == "hand"


def test_a_tie_is_not_added_to_somebody_elses_customer(as_system: Cast, client: Client) -> None:
    cast = as_system
    enter(client, cast.mei)

    client.post(address(cast.li, "ties/new"), {"other": cast.qian.public_id, "role": "spouse"})

    scope.set_scope(scope.EVERYBODY)
    assert Relation.objects.count() == 0


def test_a_day_that_has_not_come_is_no_beginning(
    as_system: Cast, sun: Customer, client: Client
) -> None:
    enter(client, as_system.mei)

    answer = client.post(
        address(as_system.li, "ties/new"),
        {"other": sun.public_id, "role": "spouse", "since": "2099-01-01"},
    )

    assert answer.status_code == 422
    assert "还没到" in answer.content.decode()


def test_a_mistake_is_taken_away_and_the_trail_knows(
    as_system: Cast, sun: Customer, client: Client
) -> None:
    tie = tied(as_system.li, sun, Kind.SPOUSE)
    enter(client, as_system.mei)

    client.post(address(as_system.li, f"ties/{tie.public_id}/remove"))

    scope.set_scope(scope.EVERYBODY)
    assert Relation.objects.count() == 0
    assert AuditEntry.objects.filter(action="customers.relation.removed").exists()


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_of_ties_says_in_a_table_what_the_picture_shows(
    as_system: Cast, sun: Customer, client: Client, language: str
) -> None:
    tied(as_system.li, sun, Kind.SPOUSE)

    page = body(enter(client, as_system.mei, language), address(as_system.li, "ties/"))

    name = "孙丽" if language == "zh-hans" else "Sun Li"
    drawing, _end, table = page[page.index('<svg class="desk"') :].partition("</svg>\n</div>")
    drawing = drawing[drawing.rindex('role="group"') :]
    assert name in drawing
    assert name in table
    assert "style=" not in drawing


def test_a_picture_grows_to_the_right_and_nobody_stands_on_another() -> None:
    found = rules.places([(1, None), (2, 1), (3, 1), (4, 2), (5, 2)])

    assert found[1].column == 0
    assert len({(place.column, place.row) for place in found.values()}) == 5
    assert found[2].row == (found[4].row + found[5].row) / 2


def test_every_kind_of_tie_has_a_rule_and_words() -> None:
    assert set(rules.KINDS) == set(Kind.values)


def test_on_a_phone_each_branch_stands_below_its_own() -> None:
    found = rules.listed([(1, None), (2, 1), (3, 1), (4, 2), (5, 2)])

    assert list(found) == [1, 2, 4, 5, 3]
    assert [place.column for place in found.values()] == [0, 1, 2, 2, 1]
    assert [place.row for place in found.values()] == [0, 1, 2, 3, 4]

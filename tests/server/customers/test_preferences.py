"""Preferences: said or derived, and then from what; tags are ticked, not remembered."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from tests.server.customers.test_page import address, body, enter

from regulars.server.core import scope
from regulars.server.customers import actions, queries
from regulars.server.customers.models import Customer, Preference
from regulars.testing.cast import NOON, TESTS, Cast, customer

pytestmark = pytest.mark.django_db


def note(near: Customer, **fields: str) -> Preference:
    given = {"topic": "place", "words": "在家附近网点", **fields}
    return actions.note_preference(
        near,
        topic=given["topic"],
        words=given["words"],
        evidence=given.get("evidence", ""),
        by=TESTS,
        at=NOON,
    )


def test_what_is_noted_by_hand_was_said(as_system: Cast, client: Client) -> None:
    enter(client, as_system.mei)

    client.post(
        address(as_system.li, "preferences/new"), {"topic": "time", "words": "上午十点前"}
    )

    page = body(client, address(as_system.li))
    assert "上午十点前" in page
    assert "客户说的" in page
    scope.set_scope(scope.EVERYBODY)
    assert Preference.objects.get().origin == "said"


def test_what_is_derived_says_from_what(as_system: Cast) -> None:
    found = note(as_system.li, evidence="8 / 10")

    assert found.origin == "derived"
    with pytest.raises(IntegrityError), transaction.atomic():
        Preference.objects.filter(pk=found.pk).update(evidence="")


def test_what_holds_no_more_is_not_shown(as_system: Cast, client: Client) -> None:
    found = note(as_system.li)
    enter(client, as_system.mei)

    client.post(address(as_system.li, f"preferences/{found.public_id}/withdraw"))

    scope.set_scope(scope.EVERYBODY)
    assert list(queries.preferences(as_system.mei, as_system.li)) == []
    assert Preference.objects.count() == 1


def test_of_another_book_nobody_reads_a_preference(as_system: Cast, client: Client) -> None:
    cast = as_system
    found = note(cast.qian)
    enter(client, cast.mei)

    where = address(cast.li, f"preferences/{found.public_id}/withdraw")
    assert client.post(where).status_code == 404
    scope.set_scope(cast.mei.scope)
    assert Preference.objects.count() == 0


def test_tags_in_use_are_offered_and_new_ones_added(as_system: Cast, client: Client) -> None:
    cast = as_system
    customer("0005", "甲", cast.mei_book, tags=["爱喝茶", "老年大学"])
    customer("0006", "乙", cast.mei_book, tags=["爱喝茶"])
    customer("0007", "丙", cast.tao_book, tags=["机密"])
    assert queries.used_tags(cast.mei) == ["爱喝茶", "老年大学"]
    form = body(enter(client, cast.mei), address(cast.li, "tags"))
    assert "机密" not in form

    client.post(address(cast.li, "tags"), {"used": ["爱喝茶"], "new": "养生、爱喝茶"})

    scope.set_scope(scope.EVERYBODY)
    cast.li.refresh_from_db()
    assert cast.li.tags == ["爱喝茶", "养生"]
    assert cast.li.provenance["tags"][0] == "hand"

"""Segments ask of members, and the timeline tells of points, through the viewer's eyes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from tests.server.loyalty.conftest import Books, later

from regulars.server.core.models import Person
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.models import Membership
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking, timeline
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import Condition, Group
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
LEVELS = [{"code": "silver", "name": "银卡", "name_en": "Silver", "from": 100}]


def found(viewer: Person, field: str, op: str, *values: str) -> set[int]:
    on = ground(viewer, NOON)
    asked = asking.settle(Group("all", (Condition(field, op, values),)), on)
    return set(asking.ids(viewer, asked, on))


def test_what_members_have_and_what_ends_soon_are_conditions(books: Books) -> None:
    cast = books.cast
    books.earn(300, days=30)
    books.earn(200, days=90)
    books.earn(80, who=cast.qian)
    books.redeem(50)

    assert found(cast.ana, "points_active", "ge", "450") == {cast.li.pk}
    assert found(cast.ana, "points_active", "known") == {cast.li.pk, cast.qian.pk}
    assert cast.zhou.pk in found(cast.ana, "points_active", "unknown")
    assert found(cast.ana, "points_ending", "between", "250", "250") == {cast.li.pk}
    assert found(cast.ana, "points_ending", "lt", "1") == {cast.qian.pk}
    assert found(cast.tao, "points_active", "known") == {cast.qian.pk}, "the own book only"


def test_level_and_day_of_joining_are_conditions(books: Books) -> None:
    cast = books.cast
    actions.set_levels(LEVELS, months=12, valid_from=TODAY, by=TESTS, at=NOON)
    Membership.objects.filter(customer=cast.li).update(
        level="silver", level_since=TODAY, joined_on=TODAY - timedelta(days=400)
    )

    assert found(cast.ana, "member_level", "in", "silver") == {cast.li.pk}
    assert found(cast.ana, "member_since", "within", "30") == {cast.qian.pk}
    assert found(cast.ana, "member_since", "before", "2026-01-01") == {cast.li.pk}
    actions.leave(
        Membership.objects.get(customer=cast.li), reason="moves", by=TESTS, at=later(1)
    )
    assert found(cast.ana, "member_since", "known") == {cast.qian.pk}


def test_their_values_have_names(books: Books) -> None:
    actions.set_levels(LEVELS, months=12, valid_from=TODAY, by=TESTS, at=NOON)
    on, words = ground(books.cast.ana, NOON), Words(books.cast.ana)

    with translation.override("zh-hans"):
        assert words.label(on.fields["points_ending"]) == "60 天内到期的积分"
        assert words.value(on.fields["member_level"], "silver") == "银卡"


def test_the_timeline_tells_of_points_redeemed_and_of_the_level_reached(
    books: Books,
) -> None:
    cast = books.cast
    actions.set_levels(LEVELS, months=12, valid_from=TODAY, by=TESTS, at=NOON)
    Membership.objects.filter(customer=cast.li).update(level="silver", level_since=TODAY)
    books.earn(500)
    books.redeem(120, ref="tea set")

    with translation.override("en"):
        told = [one.told for one in timeline(cast.mei, cast.li)[0] if one.told]

    assert [(one.title, one.words) for one in told] == [
        ("Points redeemed: 120", "tea set"), ("Reached the level Silver", ""),
    ]  # fmt: skip
    assert not [one for one in timeline(cast.tao, cast.li)[0] if one.told]


def test_members_are_counted_by_level_where_they_are(books: Books) -> None:
    actions.set_levels(LEVELS, months=12, valid_from=TODAY, by=TESTS, at=NOON)
    Membership.objects.filter(customer=books.cast.li).update(level="silver")

    with CaptureQueriesContext(connection) as asked, translation.override("en"):
        told = queries.tally(books.cast.ana, NOON)

    assert (told.members, told.by_level) == (2, (("silver", "Silver", 1), ("none", "", 1)))
    assert any('COUNT("loyalty_membership"' in one["sql"] for one in asked)

"""Two files turn out to be one customer: one membership stays, with the deeds of both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulars.server.communities import actions, queries
from regulars.server.communities.models import Asking, Community, Meeting, Member
from regulars.server.customers.models import Customer
from regulars.server.identity import actions as identity
from regulars.testing.cast import NOON, Cast, customer

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
LATER = NOON + 10 * DAY


@pytest.fixture
def twin(as_system: Cast) -> Customer:
    return customer("0100", "李娜", as_system.mei_book, phone="10100000001")


def met(circle: Community, cast: Cast, *came: Member, days: int) -> Meeting:
    when = NOON + days * DAY
    made = actions.plan_meeting(
        circle, title="品茶", when=when, where="柳溪", by=cast.mei, at=NOON
    )
    actions.hold(made, [one.pk for one in came], by=cast.mei, at=when)
    return made


def points(cast: Cast, circle: Community) -> dict[str, int]:
    lines = queries.lines(cast.mei, circle, LATER + DAY)
    return {line.member.customer.number: line.doing.score for line in lines}


def test_what_both_files_did_counts_once_for_the_membership_that_stays(
    as_system: Cast, circle: Community, li: Member, twin: Customer
) -> None:
    cast = as_system
    other = actions.enter(circle, twin, agreed="", by=cast.mei, at=NOON)
    both = met(circle, cast, li, other, days=1)
    one = met(circle, cast, other, days=2)
    actions.note_deed(other, kind="idea", words="去茶园", by=cast.mei, at=NOON + DAY)
    friend = customer("0101", "孙友", cast.mei_book)
    actions.enter(circle, friend, agreed="", by=cast.mei, at=NOON + DAY, brought_by=other)
    before = points(cast, circle)
    counts = {each.pk: each.here for each in queries.meetings(cast.mei, circle)}
    assert counts == {both.pk: 2, one.pk: 1}

    made = identity.merge(cast.li, twin, by=cast.wei, at=LATER)

    assert points(cast, circle) == {cast.li.number: 2 * 3 + 2 + 5, "0101": 0}
    counts = {each.pk: each.here for each in queries.meetings(cast.mei, circle)}
    assert counts == {both.pk: 1, one.pk: 1}
    assert [each.member.pk for each in queries.presences(cast.mei, both)].count(other.pk) == 0
    page = queries.page_of(other.token, LATER)
    assert page is not None
    assert page.member == li, "the link of the other file opens the page that stays"

    identity.unmerge(made, by=cast.wei, at=LATER + DAY)

    assert points(cast, circle) == before
    page = queries.page_of(other.token, LATER)
    assert page is not None
    assert page.member == other


def test_a_membership_of_one_file_only_comes_along(
    as_system: Cast, circle: Community, twin: Customer
) -> None:
    cast = as_system
    made = actions.enter(circle, twin, agreed="电话", by=cast.mei, at=NOON)

    identity.merge(cast.li, twin, by=cast.wei, at=LATER)

    assert [each.pk for each in queries.of_customer(cast.mei, cast.li)] == [made.pk]


def test_an_agreement_and_the_earlier_day_stay(
    as_system: Cast, circle: Community, twin: Customer
) -> None:
    cast = as_system
    first = actions.enter(circle, twin, agreed="电话", by=cast.mei, at=NOON)
    actions.set_host(first, host=True, by=cast.mei, at=NOON)
    second = actions.enter(circle, cast.li, agreed="", by=cast.mei, at=NOON + 5 * DAY)

    made = identity.merge(cast.li, twin, by=cast.wei, at=LATER)

    second.refresh_from_db()
    assert (second.joined_on, second.is_host) == (first.joined_on, True)
    assert second.agreed_how == "电话"
    identity.unmerge(made, by=cast.wei, at=LATER + DAY)
    second.refresh_from_db()
    assert second.agreed_at is None
    assert not second.is_host


def test_who_asked_by_both_files_is_called_back_once(
    as_system: Cast, circle: Community, twin: Customer
) -> None:
    cast = as_system
    for who in (cast.li, twin):
        Asking.objects.create(community=circle, customer=who, at=NOON)

    made = identity.merge(cast.li, twin, by=cast.wei, at=LATER)

    assert [each.customer for each in queries.asked(cast.mei, circle)] == [cast.li]
    identity.unmerge(made, by=cast.wei, at=LATER + DAY)
    assert queries.asked(cast.mei, circle).count() == 2

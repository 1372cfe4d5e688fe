"""Every figure of referrals opens the rows that it counts, for everybody what they see."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from tests.server.figures import counted, figures, rows
from tests.server.opportunities.test_funnel import said
from tests.server.referrals.conftest import Bring, Rule, later
from tests.server.referrals.test_pages import enter, text

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Opening
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def noon() -> Any:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def town(as_system: Cast, rule: Rule, bring: Bring) -> Cast:
    """Li brought two friends, Qian of the other branch one; links were opened."""
    cast = as_system
    rule()
    first = bring()
    bring("赵敏", "10100000078", at=later(-2))
    bring("孙莉", "10100000079", of=cast.qian, by=cast.lin, at=later(-3))
    bring("钱振华", "10100000003")  # known: not valid
    assert first.friend is not None
    bought(cast, first.friend, TODAY)
    for n, who in enumerate((cast.li, cast.li, cast.qian)):
        link = actions.link_of(who, by=TESTS, at=NOON)
        Opening.objects.create(link=link, device=f"device {n}", at=NOON - timedelta(hours=n))
    Opening.objects.create(link=link, device="his own", own=True, at=NOON)
    actions.keep(by=TESTS, at=NOON)
    return cast


def viewer(cast: Cast, name: str) -> Person:
    person: Person = getattr(cast, name)
    return person


@pytest.mark.parametrize(("name", "months"), [("lin", 12), ("wei", 3)])
def test_every_figure_opens_as_many_rows_as_it_counts(
    town: Cast, name: str, months: int
) -> None:
    client, seen = enter(viewer(town, name)), set()
    for where, words in set(figures(text(client, f"/referrals/figures?months={months}"))):
        told = counted(words)
        if where.startswith("#"):
            continue  # its parts stand on the page
        count, _page = rows(client, where)
        seen.add(where.partition("?")[0])
        assert told is None or count == told, (words, where)

    assert seen == {
        f"/referrals/{page}" for page in ("behind", "newcomers", "people", "invitations")
    }


def test_the_parts_of_k_are_told_apart_by_scope(town: Cast) -> None:
    whole, branch = (queries.figures(who, NOON, 12) for who in (town.lin, town.wei))

    assert (whole.invitations, branch.invitations) == (7, 5), "Qian's two are not Wei's"
    for who, told in ((town.lin, whole), (town.wei, branch)):
        given, n = queries.invitations(who, NOON, 12, offset=0, most=50)
        assert len(given) == n == told.invitations
        named = {
            of: queries.people(who, NOON, 12, of=of).count() for of in queries.PEOPLE
        }  # fmt: skip
        assert (named["customers"], named["referrers"]) == (told.rate.whole, told.rate.part)
    stranger = queries.people(town.wei, NOON, 12, of="referrers")
    assert list(stranger) == [town.li], "a referrer of another branch is not counted here"
    some, n = queries.invitations(town.lin, NOON, 12, offset=5, most=5)
    assert (len(some), n) == (2, 7)


def test_the_sums_of_reach_open_whom_they_count(town: Cast) -> None:
    happy, sad = town.li, town.qian
    near, far = (Customer.objects.create(number=f"09{n}", name=f"N{n}", book=town.mei_book,
                     created_at=NOON, updated_at=NOON)
                 for n in range(2))  # fmt: skip
    Relation.objects.create(customer=happy, other=near, kind="friend")
    Relation.objects.create(customer=near, other=far, kind="friend")
    said(town, {happy: 10, sad: 2}, at=NOON)
    for name, at_least in (("lin", 5), ("mei", 3), ("tao", 3)):
        client = enter(viewer(town, name))
        told = [each for each in figures(text(client, "/referrals/reach"))
                if "/reach/rows" in each[0]]  # fmt: skip
        assert len(told) >= at_least, name
        for where, words in told:
            assert rows(client, where)[0] == counted(words), (name, where)
    one, two = (set(queries.reached(town.mei, NOON, "promoter", steps=n)) for n in (1, 2))
    assert near in one
    assert two - one == {far}
    assert not queries.reached(town.tao, NOON, "promoter", steps=2)


def test_what_is_not_counted_is_not_there(town: Cast) -> None:
    client, mei = enter(town.lin), enter(town.mei)
    for odd in ("people", "people?of=x", "reach/rows?kind=x&steps=1",
                "reach/rows?kind=promoter&steps=9"):  # fmt: skip
        text(client, f"/referrals/{odd}", 404)
    for page in ("people?of=customers", "invitations"):
        text(mei, f"/referrals/{page}", 403)

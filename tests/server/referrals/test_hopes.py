"""An opportunity to be recommended, and the friends who came of it."""

from __future__ import annotations

import pytest
from tests.server.referrals.conftest import Bring
from tests.server.referrals.test_pages import enter, post, text

from regulars.base.errors import BadInput
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.opportunities import actions as opportunities
from regulars.server.opportunities.models import Opportunity
from regulars.server.referrals import actions
from regulars.server.referrals.models import Referral
from regulars.testing.cast import NOON, TESTS, Cast

pytestmark = pytest.mark.django_db


def hope(who: Customer, kind: str = "referral") -> Opportunity:
    return opportunities.make(
        who, opportunities.About(what="Recommends us"), kind=kind, by=TESTS, at=NOON
    )


def test_a_friend_comes_of_the_opportunity_in_which_somebody_hoped_for_it(
    bring: Bring, as_system: Cast
) -> None:
    hope(as_system.li, "add_on")
    found = hope(as_system.li)
    made, other = bring(), bring("孙丽", "10100000079", of=as_system.qian)
    assert (made.opportunity, other.opportunity) == (found, None)

    scope.set_scope(scope.EVERYBODY)
    client = enter(as_system.mei)
    deal = text(client, f"/opportunities/{found.public_id}/")
    assert f"/referrals/{made.public_id}/" in deal
    assert f"/referrals/{other.public_id}/" not in deal
    assert f"/opportunities/{found.public_id}/" in text(client, f"/referrals/{made.public_id}/")


def test_only_an_opportunity_to_be_recommended_by_one_of_the_two_is_named(
    bring: Bring, as_system: Cast
) -> None:
    made = bring()
    for wrong in (hope(as_system.qian), hope(as_system.li, "add_on")):
        with pytest.raises(BadInput):
            actions.tie_to(made, wrong, by=TESTS, at=NOON)
    right = hope(as_system.li)
    client, where = enter(as_system.mei), f"/referrals/{made.public_id}/opportunity"
    scope.set_scope(scope.EVERYBODY)
    assert post(client, where, opportunity=right.public_id) in {200, 204, 302}
    made.refresh_from_db()
    assert made.opportunity == right
    assert post(client, where, opportunity="") in {200, 204, 302}
    made.refresh_from_db()
    assert made.opportunity is None


def test_a_friend_is_written_down_from_the_opportunity(as_system: Cast) -> None:
    found = hope(as_system.li)
    scope.set_scope(scope.EVERYBODY)
    client = enter(as_system.mei)
    where = f"/referrals/new?customer={as_system.li.public_id}&opportunity={found.public_id}"
    told = {"name": "王芳", "phone": "10100000077", "agreed": "call", "words": "by phone"}
    assert post(client, where, **told) in {200, 204, 302}
    assert Referral.objects.get().opportunity == found

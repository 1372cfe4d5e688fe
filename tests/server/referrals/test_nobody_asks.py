"""Nobody finds out by a referral who is a customer, and nobody's word changes their file."""

from __future__ import annotations

import pytest
from tests.server.referrals.conftest import Bring, Rule, later
from tests.server.referrals.test_pages import enter, fill, text

from regulars.server.channels.models import Consent
from regulars.server.core import scope
from regulars.server.customers.models import LifeEvent
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral
from regulars.testing.cast import NOON, TESTS, TODAY, Cast

pytestmark = pytest.mark.django_db


def test_the_same_friend_of_the_same_customer_is_one_referral(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    link = actions.link_of(as_system.li, by=TESTS, at=NOON)
    assert [fill(f"/r/{link.token}/") for _ in range(2)] == [302, 302]
    first = bring()
    assert Referral.objects.get() == first
    assert first.steps.count() == 1

    told = bring(reference="APP-1", way="api")
    assert (told.pk, told.reference) == (first.pk, "APP-1")
    known = [bring("钱振华", "10100000003", at=later(n / 10)) for n in range(2)]
    assert known[0] == known[1]


def test_who_referred_reads_the_same_of_a_customer_as_of_a_stranger(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    bring(of=as_system.qian)  # earlier, by somebody else
    bring()
    bring("钱振华", "10100000003")
    bring("李娜", "10100000001")
    bring("孙丽", "10100000079")

    assert len({each.line for each in queries.own_page(as_system.li, TODAY)}) == 1
    actions.keep(by=TESTS, at=later(91))
    lines = {each.line for each in queries.own_page(as_system.li, later(91).date())}
    assert len(lines) == 1


@pytest.mark.parametrize("way", ["rm", "api"])
def test_nobodys_word_changes_the_file_of_a_customer(
    rule: Rule, bring: Bring, as_system: Cast, way: str
) -> None:
    rule()
    bring("钱振华", "10100000003", way=way)
    assert not Consent.objects.filter(customer=as_system.qian).exists()
    assert LifeEvent.objects.filter(customer=as_system.qian, action__gt="").count() == 1


def test_mei_reads_no_reason_of_a_file_that_she_does_not_see(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    as_system.qian.book = as_system.tao_book
    as_system.qian.save()
    made = bring("钱振华", "10100000003")
    scope.set_scope(scope.EVERYBODY)

    for where in (f"/referrals/{made.public_id}/", "/referrals/?show=all"):
        page = text(enter(as_system.mei), where)
        assert "It cannot be counted" in page
        assert "Was a customer already" not in page
    assert "Was a customer already" in text(enter(as_system.tao), "/referrals/?show=all")

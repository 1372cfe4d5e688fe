"""What was thanked for and is not valid is given back, whoever finds out and however."""

from __future__ import annotations

from datetime import timedelta

import pyarrow.parquet as pq
import pytest
from tests.server.referrals.conftest import Bring, Rule, later, points_of
from tests.server.referrals.test_pages import enter, text
from tests.server.referrals.test_referrals import refunded
from tests.server.scoring.taught import WORTH, taught

from regulars.server.core import custody
from regulars.server.customers.models import Customer, Relation
from regulars.server.loyalty import actions as loyalty
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral, Reward
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.testing.cast import TESTS, TODAY, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db


@pytest.fixture
def half(rule: Rule, bring: Bring, as_system: Cast) -> Referral:
    """Li has the points; the friend, who collects none, does not."""
    rule()
    made = bring()
    assert made.friend is not None
    bought(as_system, made.friend, TODAY)
    actions.keep(by=TESTS, at=later(1))
    made.refresh_from_db()
    assert (made.state, points_of(as_system.li)) == ("customer", 500)
    return made


def states(made: Referral) -> set[str]:
    return set(made.rewards.values_list("state", flat=True))


def merged(made: Referral, cast: Cast) -> tuple[custody.Merge, dict[str, object]]:
    assert made.friend is not None
    told = custody.Merge(made.friend.pk, cast.li.pk, TESTS, later(2))
    Customer.objects.filter(pk=made.friend.pk).update(state="merged", merged_into=cast.li)
    return told, custody.merge(told)


def test_who_was_thanked_while_the_friend_waits_gives_it_back_when_it_is_not_valid(
    half: Referral, as_system: Cast
) -> None:
    actions.refuse(half, reason="other", by=as_system.mei, at=later(2))

    assert (points_of(as_system.li), states(half)) == (0, {"reversed"})
    loyalty.join(Customer.objects.get(pk=half.friend_id), by=TESTS, at=later(2))
    actions.keep(by=TESTS, at=later(3))
    assert states(half) == {"reversed"}
    page = text(enter(as_system.mei), f"/referrals/{half.public_id}/")
    assert "Collects no points yet" not in page


def test_a_decision_that_it_is_not_valid_takes_back_what_was_given(
    half: Referral, as_system: Cast
) -> None:
    Customer.objects.filter(pk=half.friend_id).update(phone=as_system.li.phone)
    actions.look_at(Referral.objects.get(pk=half.pk), by=TESTS, at=later(2))

    actions.decide(half, valid=False, words="one person", by=as_system.wei, at=later(2))

    assert (points_of(as_system.li), states(half)) == (0, {"reversed"})


def test_two_files_that_become_one_give_it_back_until_they_are_two_again(
    half: Referral, as_system: Cast
) -> None:
    told, story = merged(half, as_system)
    half.refresh_from_db()
    assert (half.state, points_of(as_system.li)) == ("refused", 0)

    custody.unmerge(told, story)
    Customer.objects.filter(pk=told.loser_id).update(state="active", merged_into=None)
    actions.keep(by=TESTS, at=later(3))
    half.refresh_from_db()
    assert (half.state, points_of(as_system.li)) == ("customer", 500)
    tie = Relation.objects.standing().get(kind="referrer")
    assert (tie.customer_id, tie.other) == (half.friend_id, as_system.li)
    actions.refuse(half, reason="other", by=as_system.mei, at=later(4))
    assert points_of(as_system.li) == 0


def test_somebody_who_leads_takes_back_what_one_side_has(
    half: Referral, as_system: Cast
) -> None:
    with pytest.raises(actions.NotYours):
        actions.take_back(half, words="one person", by=as_system.mei, at=later(2))
    page = text(enter(as_system.wei), f"/referrals/{half.public_id}/")
    assert "Take the reward back" in page

    actions.take_back(half, words="one person", by=as_system.wei, at=later(2))

    half.refresh_from_db()
    assert (half.state, points_of(as_system.li)) == ("refused", 0)
    with pytest.raises(actions.NotFromHere):
        actions.take_back(half, words="again", by=as_system.wei, at=later(3))


def test_what_was_kept_after_an_end_can_still_be_taken_back(
    half: Referral, as_system: Cast
) -> None:
    Referral.objects.filter(pk=half.pk).update(
        state="refused", reason="other", ended_at=later(2)
    )
    actions.take_back(half, words="was forgotten", by=as_system.wei, at=later(3))
    half.refresh_from_db()
    assert (half.state, half.ended_at, points_of(as_system.li)) == ("refused", later(2), 0)


def test_a_merge_after_the_thanks_is_laid_before_somebody(
    half: Referral, as_system: Cast
) -> None:
    loyalty.join(Customer.objects.get(pk=half.friend_id), by=TESTS, at=later(1))
    actions.keep(by=TESTS, at=later(1))
    merged(half, as_system)

    rows, _more = queries.listed(as_system.wei, later(2), show="check")
    assert [row.it.pk for row in rows] == [half.pk]
    assert queries.tallies(as_system.wei, later(2)).check == 1
    page = text(enter(as_system.wei), f"/referrals/{half.public_id}/")
    assert "decide whether they stay" in page

    actions.decide(half, valid=False, words="one person", by=as_system.wei, at=later(3))
    half.refresh_from_db()
    assert (half.state, half.reason) == ("refused", "self")
    assert set(Reward.objects.values_list("state", flat=True)) == {"reversed"}
    assert points_of(as_system.li) == 0
    assert queries.tallies(as_system.wei, later(2)).check == 0


def test_what_is_not_valid_brought_nobody(half: Referral, as_system: Cast) -> None:
    assert Relation.objects.standing().filter(kind="referrer").count() == 1
    assert queries.figures(as_system.ana, later(1), 12).new.part == 1

    actions.refuse(half, reason="other", by=as_system.mei, at=later(2))

    assert not Relation.objects.standing().filter(kind="referrer").exists()
    found = queries.figures(as_system.ana, later(2), 12)
    assert (found.new.part, found.new.whole, found.steps["joined"]) == (0, 1, 0)


def test_what_was_undone_brought_nobody(half: Referral, as_system: Cast) -> None:
    assert half.friend is not None
    refunded(as_system, half.friend, TODAY)
    for day in (2, 5):
        actions.keep(by=TESTS, at=later(day))

    half.refresh_from_db()
    assert (half.state, half.reason, points_of(as_system.li)) == ("lost", "undone", 0)
    assert not Relation.objects.standing().filter(kind="referrer").exists()
    found = queries.figures(as_system.ana, later(2), 12)
    assert (found.new.part, found.steps["joined"], found.top[0].joined) == (0, 0, 0)


def test_a_run_knows_ties_that_stand_only(half: Referral, as_system: Cast) -> None:
    def brought(run: Run) -> int:
        return pq.read_table(scoring.folder(run) / "referrals.parquet").num_rows

    has_balance(as_system, as_system.li, (TODAY, 1_000_00))
    first = scored(as_system, as_of=TODAY + timedelta(days=2))
    assert brought(first) == 1
    actions.refuse(half, reason="other", by=as_system.mei, at=later(2))
    assert brought(scored(as_system, as_of=TODAY + timedelta(days=3))) == 0


def test_a_customers_page_shows_what_their_friends_are_worth_and_of_which_months(
    half: Referral, as_system: Cast
) -> None:
    taught(as_system, (as_system.li, WORTH | {"clv_36": 8200.0}))
    page = text(enter(as_system.ana), f"/customers/{as_system.li.public_id}/")
    brick = page.split('id="referrals"')[1].split("</section>")[0]
    assert "6,100" in brick
    assert "8,200" in brick
    assert "their margin of these months so far" in brick

"""One level, once: whatever happens in whatever order, and two at the same time."""

from __future__ import annotations

import threading
from collections import Counter
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.referrals.conftest import USUAL, Bring, Rule, later, points_of

from regulars.server.core import scope
from regulars.server.core.secrecy import keyed_hash
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty.models import Programme
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Finding, Referral, Reward
from regulars.server.referrals.rules import ancestors, contact_until, interval, k_factor
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble, bought

STEPS = st.lists(
    st.tuples(
        st.sampled_from(["keep", "met", "lose", "reopen", "join", "refuse", "back"]),
        st.integers(0, 3),
    ),
    max_size=12,
)


@pytest.mark.django_db
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(links=st.lists(st.integers(0, 4), min_size=1, max_size=4), steps=STEPS)
def test_a_reward_goes_to_the_two_of_them_once_whatever_happens(
    rule: Rule, bring: Bring, as_system: Cast, links: list[int], steps: list[tuple[str, int]]
) -> None:
    from django.db import transaction

    with transaction.atomic():
        if queries.in_force(TODAY) is None:
            rule()
        people, rows = [as_system.li], []
        for n, above in enumerate(links):
            made = bring(f"友{n}", f"1010007{n:04}", of=people[min(above, len(people) - 1)])
            assert made.friend is not None
            people.append(made.friend)
            rows.append(made)
            bought(as_system, made.friend, TODAY + timedelta(days=1), source=f"h{made.pk}")
        for what, which in steps:
            _try(what, rows[which % len(rows)], as_system)
        actions.keep(by=TESTS, at=later(3))
        actions.keep(by=TESTS, at=later(3))

        rewards = list(Reward.objects.select_related("referral"))
        assert (
            max(Counter((one.referral_id, one.side) for one in rewards).values(), default=0)
            <= 1
        )
        for one in rewards:
            side = (
                one.referral.referrer_id if one.side == "referrer" else one.referral.friend_id
            )
            assert one.customer_id == side
        earned = Counter(one.customer_id for one in rewards if one.state == "given")
        for who in people:
            given_ = sum(
                one.amount
                for one in rewards
                if one.customer_id == who.pk and one.state == "given"
            )
            assert points_of(who) == given_
            # Of those further down nobody has anything: as many rewards as own referrals.
            own = Referral.objects.filter(referrer=who).count()
            assert earned[who.pk] <= own + 1
        with connection.cursor() as db:
            db.execute("set constraints all immediate")
            db.execute("select * from loyalty_faults()")
            assert db.fetchall() == []
        transaction.set_rollback(True)


def _try(what: str, row: Referral, cast: Cast) -> None:
    by, at = cast.wei, later(2)
    try:
        if what == "keep":
            actions.keep(by=TESTS, at=at)
        elif what == "met":
            actions.met(row, by=by, at=at)
        elif what == "lose":
            actions.lose(row, reason="no_wish", by=by, at=at)
        elif what == "refuse":
            actions.refuse(row, reason="other", by=by, at=at)
        elif what == "reopen":
            actions.reopen(row, by=by, at=at)
        elif what == "back":
            actions.take_back(row, by=by, at=at, words="not theirs")
        elif row.friend is not None:
            loyalty.join(row.friend, by=TESTS, at=at)
    except actions.NotFromHere:
        pass


@pytest.mark.django_db(transaction=True)
def test_two_jobs_at_the_same_time_pay_once() -> None:
    with scope.everything():
        cast = assemble()
        Programme.objects.create(pk=1, name="金穗", prefix="600", began_on=TODAY)
        loyalty.join(cast.li, by=TESTS, at=NOON)
        terms = USUAL | {"friend_way": "", "friend_amount": 0}
        actions.adopt(actions.draft(**terms, by=TESTS, at=NOON), by=TESTS, at=NOON)
        made = actions.take_in(
            cast.li, actions.Friend("王芳", "10100000077"), actions.Word("referrer"),
            by=cast.mei, at=NOON,
        )  # fmt: skip
        assert made.friend is not None
        bought(cast, made.friend, TODAY)
    gate, wrong = threading.Barrier(4), []

    def job() -> None:
        try:
            gate.wait()
            actions.keep(by=TESTS, at=later(1))
        except Exception as error:  # told below: a thread's error is nobody's
            wrong.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=job) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    with scope.everything():
        assert wrong == []
        assert points_of(cast.li) == 500
        assert Reward.objects.get().state == "given"


@pytest.mark.django_db
def test_a_ring_through_a_second_file_is_found(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    first = bring()
    assert first.friend is not None
    second = bring("李小娜", "10100000001", of=first.friend)  # Li's own number
    assert set(second.findings.values_list("kind", flat=True)) == {"ring"}
    assert second.check_state == "open"
    bought(as_system, second.friend, TODAY)  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(1))
    second.refresh_from_db()
    assert (second.state, second.rewards.count()) == ("customer", 0)
    actions.decide(second, valid=False, words="Li's second file", by=as_system.wei, at=later(1))
    second.refresh_from_db()
    assert (second.state, second.reason) == ("refused", "ring")


@pytest.mark.django_db
def test_equal_numbers_and_bursts_are_laid_before_somebody(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule()
    same = bring("王芳", "10100000001")
    assert [each.kind for each in same.findings.all()] == ["same_phone"]
    for n in range(6):
        last = bring(f"友{n}", f"1010009000{n}")
    assert Finding.objects.filter(referral=last, kind="burst").exists()
    with pytest.raises(actions.NotYours):
        actions.decide(same, valid=True, words="mine", by=as_system.mei, at=NOON)


def test_who_stands_above_is_found_in_rings_too() -> None:
    assert ancestors(3, {3: {2}, 2: {1}, 1: {3}}) == {2: 1, 1: 2, 3: 3}
    assert ancestors(9, {}) == {}


def test_the_golden_k_factor_and_interval() -> None:
    assert k_factor(250, 100, 30) == pytest.approx(0.30)
    low, high = interval(80, 100) or (0, 0)
    assert (round(low, 4), round(high, 4)) == (0.7112, 0.8666)


def test_devices_are_hashed_for_their_end_only() -> None:
    one = actions.device_of("203.0.113.1", "phone")
    assert one != keyed_hash("203.0.113.1|phone", purpose="knock")
    assert one == actions.device_of("203.0.113.1", "phone")


@pytest.mark.django_db
@given(minutes=st.integers(0, 60 * 24 * 14))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_clock_ends_on_a_working_day_a_day_later(as_system: Cast, minutes: int) -> None:
    from regulars.server.core import queries as core

    work = core.work_hours()
    at = NOON + timedelta(minutes=minutes)
    due = contact_until(work, at, hours=24)
    assert due >= at + timedelta(hours=24) - timedelta(minutes=1)
    assert work.calendar.is_workday(due.astimezone(work.zone).date())


@pytest.mark.django_db
def test_merging_the_two_of_them_ends_their_referral(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    from regulars.server.core import custody

    rule()
    made = bring()
    assert made.friend is not None
    told = custody.Merge(made.friend.pk, as_system.li.pk, TESTS, later(1))
    Customer.objects.filter(pk=made.friend.pk).update(state="merged", merged_into=as_system.li)
    story = custody.merge(told)
    made.refresh_from_db()
    assert (made.state, made.reason) == ("refused", "self")
    custody.unmerge(told, story)
    made.refresh_from_db()
    assert (made.state, made.friend_id) == ("received", made.friend_id)


@pytest.mark.django_db
def test_an_erased_friend_leaves_a_count_and_nothing_else(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    from regulars.server.core import custody

    rule()
    made = bring()
    assert made.friend_id is not None
    actions.contacted(made, words="wants a mortgage", by=as_system.mei, at=later(1))
    own = bring("李小娜", "10100000001", of=made.friend)  # found in a ring with Li
    twin = own.findings.get()
    assert twin.facts["with"] == as_system.li.public_id
    assert "wants a mortgage" in str(custody.copy(made.friend_id))
    custody.erase(as_system.li.pk, by=TESTS, at=later(1))
    twin.refresh_from_db()
    assert "with" not in twin.facts
    custody.erase(made.friend_id, by=TESTS, at=later(1))
    made.refresh_from_db()
    assert (made.friend_id, made.note, made.agreed_words) == (None, "", "")
    assert set(made.steps.values_list("what", "words")) == {
        ("received", ""), ("contacted", ""),
    }  # fmt: skip

"""Every referral has an end: what waits for no more is not read again by the hourly job."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.server.referrals.conftest import Bring, Rule, later
from tests.server.referrals.test_pages import enter, text

from regulars.server.core import scope
from regulars.server.customers import actions as customers
from regulars.server.loyalty import actions as loyalty
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral
from regulars.server.referrals.rules import Policy
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, bought

pytestmark = pytest.mark.django_db


def end_of(made: Referral) -> tuple[str, str]:
    made.refresh_from_db()
    return made.state, made.settled


def test_a_friend_who_came_without_a_rule_is_waited_for_the_usual_days(
    bring: Bring, as_system: Cast
) -> None:
    lost, joined = bring(), bring("孙丽", "10100000079")
    bought(as_system, joined.friend, TODAY)  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(1))
    assert end_of(joined) == ("customer", "no_rule")
    actions.keep(by=TESTS, at=later(90))
    assert end_of(lost) == ("received", "")
    actions.keep(by=TESTS, at=later(91))
    assert end_of(lost) == ("lost", "")
    assert lost.reason == "time"


def test_a_customer_without_the_event_is_settled_once_facts_may_come_no_more(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule(window_days=30, least=10_000)
    made = bring()
    bought(as_system, made.friend, TODAY)  # type: ignore[arg-type]
    for day, state in ((1, ""), (60, ""), (61, "window")):
        actions.keep(by=TESTS, at=later(day))
        assert end_of(made) == ("customer", state)
    assert made.steps.filter(what="settled").count() == 1
    assert queries.listed(as_system.mei, later(61), show="open") == ([], False)
    scope.set_scope(scope.EVERYBODY)
    page = text(enter(as_system.mei), f"/referrals/{made.public_id}/")
    assert "The event of the rule did not come within its days." in page


def test_thanks_that_nobody_fetched_end_on_their_day(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    rule(referrer_way="", referrer_amount=0)
    made = bring()
    bought(as_system, made.friend, TODAY)  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(1))
    actions.keep(by=TESTS, at=later(182))
    assert end_of(made) == ("customer", "lapsed")
    loyalty.join(made.friend, by=TESTS, at=later(183))  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(183))
    assert made.rewards.get().state == "lapsed"


def test_the_days_are_those_that_the_company_set(
    rule: Rule, bring: Bring, as_system: Cast
) -> None:
    told = vars(queries.policy()) | {"wait_days": 5, "late_days": 0, "usual_days": 7}
    actions.set_policy(Policy(**told), by=TESTS, at=NOON)
    lost = bring("孙丽", "10100000079")
    rule()
    made = bring()
    bought(as_system, made.friend, TODAY)  # type: ignore[arg-type]
    actions.keep(by=TESTS, at=later(1))
    actions.keep(by=TESTS, at=later(8))
    assert end_of(made) == ("rewarded", "")
    assert made.rewards.get(side="friend").state == "lapsed"
    assert end_of(lost) == ("lost", "")


def test_the_job_does_not_read_what_ended(rule: Rule, bring: Bring, as_system: Cast) -> None:
    rule()
    made = bring()
    with CaptureQueriesContext(connection) as few:
        actions.keep(by=TESTS, at=later(1))
    _many_that_ended(made, as_system, each=30)

    assert [row.pk for row in queries.to_watch(later(1))] == [made.pk]
    with CaptureQueriesContext(connection) as many:
        actions.keep(by=TESTS, at=later(1))
    assert len(many) == len(few)
    with connection.cursor() as db:
        db.execute("analyze referrals_referral")
        db.execute("set local enable_seqscan = off")
    plan = queries.to_watch(later(1)).values("pk").explain()
    assert {"referrals_to_watch", "referrals_thanked"} <= set(plan.split()), plan


def _many_that_ended(made: Referral, cast: Cast, *, each: int) -> None:
    """As many of every sort of end, each with a friend of its own."""
    ends = [
        {"state": "customer", "settled": "no_rule", "settled_at": NOON},
        {"state": "customer", "settled": "window", "settled_at": NOON},
        {"state": "customer", "settled": "lapsed", "settled_at": NOON},
        {"state": "lost", "reason": "time", "ended_at": NOON},
        {"state": "refused", "reason": "known", "ended_at": NOON},
        {"state": "rewarded", "earned_on": TODAY - timedelta(days=100)},
    ]
    rows = []
    for n in range(len(ends) * each):
        friend = customers.add_customer(
            number=f"R-{n}", name=f"友{n}", book=cast.mei_book, by=TESTS, at=NOON
        )
        rows.append(
            Referral(
                referrer=cast.qian,
                friend=friend,
                way="rm",
                agreed="call",
                received_at=NOON,
                contact_by=NOON,
                **ends[n % len(ends)],
            )
        )
    Referral.objects.bulk_create(rows)


def test_the_database_asks_why_it_is_settled(bring: Bring) -> None:
    made = bring()
    with pytest.raises(IntegrityError), transaction.atomic():
        Referral.objects.filter(pk=made.pk).update(settled_at=NOON)

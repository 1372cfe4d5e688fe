"""Who refuses profiling leaves what scores choose, and still gets what everybody gets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from regulars.server.channels import actions, queries
from regulars.server.channels.rules.policy import Ask, decide
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Score
from regulars.server.segments.queries import asking
from regulars.server.segments.queries.ground import ground
from regulars.server.segments.rules import Condition, Group
from regulars.testing.cast import NOON, TESTS, Cast, bought, has_balance, scored

pytestmark = pytest.mark.django_db
WEEKLY = [date(2026, 1, 5) + timedelta(weeks=n) for n in range(40)]


@pytest.fixture
def refusing(as_system: Cast) -> Cast:
    for who in (as_system.li, as_system.qian):
        bought(as_system, who, *WEEKLY)
        has_balance(as_system, who, (date(2026, 1, 1), 900_000_00))
    actions.record_consent(
        as_system.li, purpose="profiling", said="refused", source="call", by=TESTS, at=NOON
    )
    for purpose in ("marketing", "survey"):
        actions.record_consent(
            as_system.li, purpose=purpose, channel="sms", said="given", source="form",
            evidence="e", by=TESTS, at=NOON,
        )  # fmt: skip
    return as_system


def test_who_refuses_profiling_stands_in_no_scored_list(refusing: Cast) -> None:
    run = scored(refusing)
    scope.set_scope(scope.EVERYBODY)

    named = set(Score.objects.filter(run_id=run.pk).values_list("customer_id", flat=True))

    assert named == {refusing.qian.pk}


def test_a_rule_by_scores_leaves_them_out_and_one_by_the_file_does_not(refusing: Cast) -> None:
    scored(refusing)
    scope.set_scope(refusing.ana.scope)
    of = ground(refusing.ana, NOON)
    persons = Group("all", (Condition("kind", "in", ("person",)),))
    not_rich = Group("none", (Condition("value", "ge", ("200000",)),))

    found = [
        set(asking.ids(refusing.ana, asking.settle(rule, of), of))
        for rule in (persons, not_rich)
    ]

    assert [refusing.li.pk in ids for ids in found] == [True, False]


def test_generic_content_still_goes_where_they_agreed(refusing: Cast) -> None:
    refusing.li.refresh_from_db()
    answers = [
        decide(queries.context(refusing.li, Ask("sms", "marketing", NOON, personal=personal)))
        for personal in (False, True)
    ]

    assert [getattr(answer, "reason", "yes") for answer in answers] == ["yes", "no_profiling"]


def test_a_refusal_takes_the_published_scores_away_at_once(as_system: Cast) -> None:
    for who in (as_system.li, as_system.qian):
        bought(as_system, who, *WEEKLY)
        has_balance(as_system, who, (date(2026, 1, 1), 900_000_00))
    run = scored(as_system)
    scope.set_scope(as_system.ana.scope)
    of = ground(as_system.ana, NOON)
    rich = asking.settle(Group("all", (Condition("value", "ge", ("1",)),)), of)
    before = set(asking.ids(as_system.ana, rich, of))
    figures = scoring.figures(as_system.ana, as_system.li)
    # Whoever hears the no sees the own book only; every version loses the row all the same.
    scope.set_scope(as_system.mei.scope)

    actions.record_consent(
        as_system.li, purpose="profiling", said="refused", source="call",
        by=as_system.mei, at=NOON,
    )  # fmt: skip

    scope.set_scope(as_system.ana.scope)
    of = ground(as_system.ana, NOON)
    after = set(asking.ids(as_system.ana, asking.settle(rich, of), of))
    assert {as_system.li.pk, as_system.qian.pk} <= before
    assert as_system.li.pk not in after
    assert as_system.qian.pk in after
    assert figures
    assert not scoring.figures(as_system.ana, as_system.li)
    assert scoring.score(as_system.ana, as_system.li) is None
    assert as_system.li.pk not in scoring.rows(as_system.ana, run, ())[0]
    scope.set_scope(scope.EVERYBODY)
    named = Score.objects.values_list("customer_id", flat=True)
    assert set(named) == {as_system.qian.pk}


def test_who_hears_a_refusal_still_sees_no_other_book(as_system: Cast) -> None:
    scope.set_scope(as_system.mei.scope)

    actions.record_consent(
        as_system.li, purpose="profiling", said="refused", source="call",
        by=as_system.mei, at=NOON,
    )  # fmt: skip

    assert not Customer.objects.filter(pk=as_system.qian.pk).exists()

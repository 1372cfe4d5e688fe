"""Who refuses profiling leaves what scores choose, and still gets what everybody gets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from regulars.server.channels import actions, queries
from regulars.server.channels.rules.policy import Ask, decide
from regulars.server.core import scope
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

"""Two at once: a morning beside a fact, two who change one trigger."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from tests.server.care.test_own_triggers import body
from tests.server.overlap import overlapping

from regulars.server.care import actions
from regulars.server.care.models import PlanRun, Task
from regulars.server.core import actions as core
from regulars.server.core import scope
from regulars.server.customers.models import FactKey
from regulars.server.facts import actions as facts
from regulars.testing.cast import NOON, TESTS, TODAY, Cast, assemble

pytestmark = pytest.mark.django_db(transaction=True)


def seen() -> Cast:
    """Li was at the branch this noon; the day's list is there."""
    cast = assemble()
    core.change_settings(by=TESTS, at=NOON, packs=["bank", "universal"])
    PlanRun.objects.create(day=TODAY, made_at=NOON)
    key = FactKey.objects.get(customer=cast.li).pk
    facts.add(
        "events",
        f"select {key}::bigint fact_key, timestamp '{NOON.replace(tzinfo=None)}' occurred_at, "
        f"'branch_visit' kind, '' as ref, null::double as value, '{uuid4()}' row_key, "
        f"timestamp '{NOON.replace(tzinfo=None)}' known_at",
        source="api", by=TESTS, at=NOON,
    )  # fmt: skip
    return cast


def test_a_morning_and_a_fact_that_meet_make_one_card() -> None:
    with scope.everything():
        seen()
    later = NOON + timedelta(minutes=1)

    told = overlapping(
        lambda: actions.hear(by=TESTS, at=later),
        lambda: actions.plan(day=TODAY, by=TESTS, at=later),
    )

    with scope.everything():
        assert told == ["", ""]
        assert Task.objects.filter(trigger="branch_visit").count() == 1


def test_two_who_change_one_trigger_write_two_versions() -> None:
    with scope.everything():
        cast = assemble()
        trigger = actions.make_trigger(body(), by=cast.ada, at=NOON)

    told = overlapping(
        lambda: actions.change_trigger(trigger, body(minutes=8), by=cast.ada, at=NOON),
        lambda: actions.change_trigger(trigger, body(minutes=9), by=cast.lin, at=NOON),
    )

    with scope.everything():
        assert told == ["", ""]
        found = trigger.versions.order_by("number").values_list("number", "body__minutes")
        assert list(found) == [(1, 7), (2, 8), (3, 9)]

"""What stops every contact stops the morning's reasons too."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tests.server.care.conftest import World

from regulars.server.channels import actions as channels
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = pytest.mark.django_db
TOMORROW = TODAY + timedelta(days=1)


@pytest.mark.parametrize("stop", [{"deceased_on": TODAY}, {"legal_block": "法院冻结"}])
def test_the_dead_and_the_blocked_have_no_reason_left(
    world: World, stop: dict[str, Any]
) -> None:
    li = world.cast.li
    world.hold(li, TODAY + timedelta(days=3))
    world.plan()
    assert world.triggers(li) == ["deposit_maturity"]

    channels.set_stops(li, **stop, by=TESTS, at=NOON)
    world.plan(TOMORROW)

    assert world.triggers(li) == []


def test_who_wants_no_contact_is_served_and_not_sold_to(world: World) -> None:
    li = world.cast.li
    world.agree(li)
    world.tier(world.score({li: {}}), {li: (3, "468000", "500000")})
    world.talk(li, 1)
    channels.set_stops(li, do_not_contact=True, by=TESTS, at=NOON)
    world.hold(li, TODAY + timedelta(days=3))

    world.plan()

    assert world.triggers(li) == ["deposit_maturity"]


def test_a_consent_that_ran_out_counts_no_more_in_the_morning(world: World) -> None:
    li = world.cast.li
    channels.record_consent(
        li, purpose="marketing", channel="call", said="given", source="form", evidence="e",
        expires_at=NOON - timedelta(days=1), by=TESTS, at=NOON - timedelta(days=30),
    )  # fmt: skip
    world.tier(world.score({li: {}}), {li: (3, "468000", "500000")})
    world.talk(li, 1)

    made = world.plan()

    assert "tier_threshold" not in world.triggers(li)
    assert made.counts["held_back"] >= 1

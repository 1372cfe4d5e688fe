"""Each trigger of a shop, alone, on a synthetic case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import (
    LONG_AGO,
    Case,
    Given,
    day,
    event,
    moved,
    of_trade,
    prove,
)

from regulars.testing.cast import TODAY

pytestmark = pytest.mark.django_db


def told(*events: dict[str, Any]) -> Given:
    return Given(events=list(events))


def bought(category: str, *days: int, **now: Any) -> Given:
    return Given(moves=[moved("purchase", n, 10, category=category) for n in days], now=now)


def rhythm(last: int, gap: float | None, **more: Any) -> Given:
    """Who bought last so many days ago, in a rhythm of so many days."""
    now = {"last_on": day(-last), "median_gap": gap, "purchase_count": 5.0}
    return Given(now=now, **more)


def spent(lately: float, year: float, **more: Any) -> Given:
    figures = {"spend_90": lately, "spend_365": year, "tenure_days": 400.0}
    return Given(now=figures, **({"level": 4} | more))


CASES = (
    Case(
        "welcome",
        Given(file={"since": TODAY}),
        due=TODAY,
        desk="service",
        beside=(Given(file={"since": day(-30)}), Given(file={"since": day(1)})),
    ),
    Case(
        "second_purchase",
        bought("tea", -30, purchase_count=1.0),
        due=day(3),
        desk="service",
        beside=(
            bought("tea", -29, purchase_count=1.0),
            bought("salt", -30, purchase_count=1.0),
            bought("tea", -30, -5, purchase_count=2.0),
            # Only the lake forgot what came before.
            bought("tea", -30, purchase_count=7.0),
        ),
    ),
    Case(
        "replenishment",
        bought("coffee", -87, -57, -27),
        due=day(3),
        desk="service",
        beside=(bought("coffee", -86, -56, -26), bought("coffee", -57, -27)),
    ),
    Case(
        "cart_abandoned",
        told(event("cart_abandoned", 0, ref="K1", value=200)),
        due=TODAY,
        desk="service",
        stake=Decimal(200),
        beside=(
            told(event("cart_abandoned", -9, ref="K1", value=200)),
            Given(
                events=[event("cart_abandoned", -1, ref="K1", value=200)],
                moves=[moved("purchase", 0, 200)],
            ),
            told(event("cart_abandoned", -1, ref="K1"), event("cart_ordered", 0, ref="K1")),
        ),
    ),
    Case(
        "post_purchase",
        told(event("delivered", -2, ref="B1", known=-2)),
        due=TODAY,
        desk="service",
        beside=(
            told(event("delivered", -1, ref="B1")),
            told(event("delivered", -2, ref="B1"), event("return", -1, ref="B1")),
        ),
    ),
    Case(
        "post_purchase_companion",
        told(event("delivered", -14, ref="B1", known=-14)),
        due=TODAY,
        desk="service",
        beside=(
            told(event("delivered", -13, ref="B1")),
            told(event("delivered", -14, ref="B1"), event("complaint_opened", -3)),
        ),
    ),
    Case(
        "winback",
        rhythm(60, 40.0),
        due=day(2),
        desk="service",
        beside=(rhythm(59, 40.0), rhythm(140, 40.0)),
    ),
    Case(
        "sunset",
        rhythm(240, 40.0),
        due=day(14),
        desk="service",
        stake=Decimal(0),
        beside=(
            rhythm(239, 40.0),
            rhythm(240, 40.0, events=[event("message_opened", -30)]),
            rhythm(240, 40.0, visits=(-20,)),
        ),
    ),
    Case(
        "vip_spend_drop",
        spent(100, 701),
        due=day(7),
        beside=(spent(100, 700), spent(100, 701, level=3)),
    ),
    Case(
        "return_or_bad_review",
        told(event("review", 0, ref="B1", value=2)),
        due=day(1),
        beside=(
            told(event("review", 0, ref="B1", value=3)),
            told(event("return", -1, ref="B1"), event("return_settled", 0, ref="B1")),
        ),
    ),
    Case(
        "wecom_added",
        told(event("wecom_added", 0)),
        due=TODAY,
        beside=(told(event("wecom_added", -9)),),
    ),
    Case(
        "wecom_removed",
        told(event("wecom_removed", 0)),
        due=TODAY,
        beside=(told(event("wecom_removed", -1), event("wecom_added", 0)),),
    ),
)
# Somebody bought tea each month: that is what is usual. Figures reach back for years.
REST = (
    bought("tea", *(-30 * n for n in range(11))),
    Given(now={"last_on": LONG_AGO}),
)


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    of_trade("retail")

    assert prove(world, CASES, around=REST) == {}


@pytest.mark.parametrize(
    ("last", "speaks"), [(59, False), (60, True), (90, True), (120, False)]
)
def test_without_a_rhythm_fixed_days_bring_the_word_to_win_back(
    world: World, last: int, speaks: bool
) -> None:
    of_trade("retail")
    case = Case("winback", rhythm(last, None), due=day(2), desk="service")

    wrong = prove(world, [case], around=REST)

    assert (wrong == {}) is speaks


def test_before_the_month_ends_members_hear_what_they_lack_of_the_next_tier(
    world: World,
) -> None:
    of_trade("retail")
    world.agree(world.cast.li)
    world.tier(world.score({world.cast.li: {}}), {world.cast.li: (3, "468000", "500000")})
    world.plan(date(2026, 11, 19))
    assert world.triggers(world.cast.li) == []

    world.plan(date(2026, 11, 20))
    world.plan(date(2026, 11, 23))

    (task,) = world.tasks(world.cast.li)
    assert (task.trigger, task.stake, task.due_on) == (
        "tier_gap_amount", Decimal(32000), date(2026, 11, 30),
    )  # fmt: skip
    assert task.facts["tier_en"] == "VIP"


@pytest.mark.parametrize(("level", "speaks"), [(3, True), (2, False)])
def test_members_hear_of_their_day_the_day_before(
    world: World, level: int, speaks: bool
) -> None:
    of_trade("retail")
    world.agree(world.cast.li)
    world.level(world.cast.li, level)
    world.plan(date(2026, 12, 16))
    assert world.triggers(world.cast.li) == []

    world.plan(date(2026, 12, 17))

    found = [(task.trigger, task.due_on) for task in world.tasks(world.cast.li)]
    assert found == ([("member_day", date(2026, 12, 17))] if speaks else [])


def test_a_company_chooses_its_own_day_for_members(world: World) -> None:
    from regulars.server.core import actions as core
    from regulars.testing.cast import NOON, TESTS

    core.change_settings(by=TESTS, at=NOON, packs=["retail"], stages={"member_day": [24]})
    world.agree(world.cast.li)
    world.level(world.cast.li, 3)

    world.plan()

    assert world.triggers(world.cast.li) == ["member_day"]

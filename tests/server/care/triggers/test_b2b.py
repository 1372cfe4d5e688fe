"""Each trigger of dealings with organisations, alone, on a synthetic case.

Terms, quotes, invoices and plans of our own ledger are in `test_dealings`.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import (
    Case,
    Given,
    day,
    event,
    held,
    moved,
    of_trade,
    prove,
)

pytestmark = pytest.mark.django_db
FIRM = {"kind": "organization"}


def told(*events: dict[str, Any]) -> Given:
    return Given(file=FIRM, events=list(events))


def silent(days: int, *, before: int, file: dict[str, Any] = FIRM) -> Given:
    """Without an order for so many days, in a rhythm of 20, and yesterday for so many."""
    figures = {"median_gap": 20.0}
    return Given(
        file=file,
        now=figures | {"days_since_last": float(days)},
        was=figures | {"days_since_last": float(before)},
    )


def ordered(earlier: int, lately: int, **file: Any) -> Given:
    return Given(
        file=FIRM | file,
        moves=[
            moved("purchase", -100, earlier, category="milk"),
            moved("purchase", -10, lately, category="milk"),
        ],
    )


CASES = (
    Case(
        "contract_renewal",
        Given(file=FIRM, holdings=[held("contract", matures=180, amount=9000)]),
        due=day(7),
        stake=Decimal(9000),
        beside=(
            Given(file=FIRM, holdings=[held("contract", matures=183)]),
            Given(
                file=FIRM,
                holdings=[
                    held("contract", matures=30),
                    held("contract", opened=31, matures=396, ref="H2"),
                ],
            ),
        ),
    ),
    Case(
        "order_gap",
        silent(31, before=30),
        due=day(7),
        beside=(
            silent(30, before=29),
            silent(32, before=31),
            silent(31, before=30, file={"kind": "person"}),
        ),
    ),
    Case(
        "order_value_drop",
        ordered(1000, 700),
        due=day(7),
        stake=Decimal(300),
        beside=(ordered(1000, 710), ordered(1000, 500, kind="person")),
    ),
    Case(
        "champion_left",
        told(event("contact_bounced", 0, ref="王总")),
        due=day(7),
        beside=(
            told(event("contact_left", -40)),
            told(event("contact_left", -1, ref="王总"), event("contact_replaced", 0)),
        ),
    ),
    Case(
        "health_red",
        told(event("health_red", 0, value=59)),
        due=day(2),
        also=frozenset({"health_red_sponsor"}),
        beside=(
            told(event("health_red", 0, value=60)),
            told(event("health_red", -1, value=40), event("health_green", 0, value=85)),
        ),
    ),
    Case(
        "health_red_sponsor",
        told(event("health_red", 0, value=10)),
        due=day(2),
        desk="leader",
        also=frozenset({"health_red"}),
        beside=(told(event("health_red", -14, value=10)),),
    ),
    Case(
        "health_amber",
        told(event("health_red", 0, value=60)),
        due=day(14),
        beside=(told(event("health_red", 0, value=80)),),
    ),
    Case(
        "usage_high",
        told(event("usage_high", -1, value=80), event("usage_high", 0, value=91)),
        due=day(14),
        beside=(told(event("usage_high", 0, value=79)),),
    ),
    Case(
        "onboarding_slip",
        told(event("milestone_due", -1, ref="培训", known=-30)),
        due=day(2),
        beside=(
            told(event("milestone_due", 0, ref="培训", known=-30)),
            told(
                event("milestone_due", -1, ref="培训", known=-30),
                event("milestone_done", -5, ref="培训"),
            ),
        ),
    ),
)
# Orders are known from long ago until yesterday.
REST = Given(moves=[moved("purchase", -1, 10), moved("purchase", -300, 10)])


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    of_trade("b2b")

    assert prove(world, CASES, around=(REST,)) == {}


def test_a_category_that_stopped_is_a_drop_though_all_came_to_the_same(world: World) -> None:
    of_trade("b2b")
    moves = [
        moved("purchase", -100, 800, category="milk"),
        moved("purchase", -100, 200, category="flour"),
        moved("purchase", -10, 1000, category="milk"),
    ]
    little = [
        moved("purchase", -100, 950, category="milk"),
        moved("purchase", -100, 50, category="flour"),
        moved("purchase", -10, 1000, category="milk"),
    ]
    case = Case(
        "order_value_drop",
        Given(file=FIRM, moves=moves),
        due=day(7),
        stake=Decimal(200),
        beside=(Given(file=FIRM, moves=little),),
    )

    assert prove(world, [case], around=(REST,)) == {}


@pytest.mark.parametrize(
    ("code", "on", "due"),
    [
        ("qbr_due", date(2026, 12, 1), date(2026, 12, 31)),
        ("annual_rating_due", date(2027, 1, 30), date(2027, 3, 31)),
    ],
)
def test_what_comes_round_is_asked_of_the_better_organisations(
    world: World, code: str, on: date, due: date
) -> None:
    of_trade("b2b")
    firm, person = world.cast.qian, world.cast.li
    firm.kind = "organization"
    firm.save()
    run = world.score({firm: {}, person: {}})
    world.tier(run, {firm: (4, None, None), person: (4, None, None)})
    world.plan(on.replace(day=on.day - 1) if on.day > 1 else date(2026, 11, 30))
    assert world.triggers(firm) == []

    world.plan(on)

    assert [(task.trigger, task.due_on) for task in world.tasks(firm)] == [(code, due)]
    assert world.triggers(person) == []


def test_a_bank_is_not_asked_about_orders(world: World) -> None:
    wrong = prove(world, [Case("order_gap", silent(31, before=30), due=day(7))])

    assert wrong == {"order_gap": "found []"}

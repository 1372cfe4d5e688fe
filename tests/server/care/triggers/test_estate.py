"""Each trigger of an estate agent, alone, on a synthetic case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Case, Given, day, event, held, of_trade, prove

from regulars.server.care.models import Task
from regulars.testing.cast import TODAY

pytestmark = pytest.mark.django_db


def told(*events: dict[str, Any]) -> Given:
    return Given(events=list(events))


def home(age: int, **more: Any) -> dict[str, Any]:
    return held("property", opened=-age, **more)


CASES = (
    Case(
        "contract_signed",
        told(event("contract_signed", -1, ref="S1", known=-1)),
        due=TODAY,
        beside=(
            told(event("contract_signed", 0, ref="S1")),
            told(event("contract_signed", -1, ref="S1"), event("contract_cancelled", 0)),
        ),
    ),
    Case(
        "mortgage_step",
        told(event("mortgage_step", 3, ref="面签", known=-5)),
        due=day(1),
        beside=(
            told(event("mortgage_step", 4, ref="面签", known=-5)),
            told(
                event("mortgage_step", 3, ref="面签", known=-5),
                event("mortgage_step_cancelled", 0, ref="面签"),
            ),
        ),
    ),
    Case(
        "handover",
        told(event("handover", 14, ref="U1", known=-5)),
        due=day(1),
        beside=(
            told(event("handover", 15, ref="U1", known=-5)),
            told(event("handover", -60, ref="U1", known=-80)),
        ),
    ),
    Case(
        "lease_expiry",
        Given(holdings=[held("lease", opened=-275, matures=90, amount=4000)]),
        due=day(7),
        stake=Decimal(4000),
        beside=(
            Given(holdings=[held("lease", opened=-272, matures=93)]),
            Given(
                holdings=[
                    held("lease", opened=-335, matures=30),
                    held("lease", opened=30, matures=395, ref="H2"),
                ]
            ),
        ),
    ),
    Case(
        "second_home_window",
        Given(holdings=[home(731)]),
        due=day(28),
        also=frozenset({"owner_monthly"}),
        beside=(Given(holdings=[home(730)]), Given(holdings=[home(1827, closed=-400)])),
    ),
    Case(
        "community_price_move",
        told(
            event("community_price_move", -1, value=-6.5),
            event("community_price_move", 0, value=-5.0),
        ),
        due=day(14),
        beside=(told(event("community_price_move", 0, value=4.9)),),
    ),
)


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    of_trade("estate")

    assert prove(world, CASES) == {}


def test_a_change_in_the_household_is_a_time_for_another_home(world: World) -> None:
    of_trade("estate")

    wrong = prove(
        world, [Case("second_home_window", told(event("household_change", 0)), due=day(28))]
    )

    assert wrong == {}


def test_owners_hear_from_us_in_each_month(world: World) -> None:
    """From ten days before its end; not who was in touch in it, or owns nothing."""
    of_trade("estate")
    seen = Given(holdings=[home(500)], visits=(-5,))
    owner = Case(
        "owner_monthly",
        Given(holdings=[home(500)]),
        due=date(2026, 11, 30),
        beside=(Given(), seen, Given(holdings=[home(500, closed=-20)])),
    )

    assert prove(world, [owner]) == {}


def test_the_day_of_the_keys_takes_the_place_of_the_two_weeks_before_it(world: World) -> None:
    of_trade("estate")
    wrong = prove(
        world, [Case("handover", told(event("handover", 14, ref="U1", known=-5)), due=day(1))]
    )
    assert wrong == {}

    world.plan(day(14))

    (task,) = Task.objects.filter(trigger="handover", state="open")
    assert (task.facts["stage"], task.due_on) == ("0", day(15))

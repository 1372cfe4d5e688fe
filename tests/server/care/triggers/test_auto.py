"""Each trigger of a car dealer, alone, on a synthetic case."""

from __future__ import annotations

from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Case, Given, day, event, held, of_trade, prove

from regulars.testing.cast import TODAY

pytestmark = pytest.mark.django_db


def car(age: int, **more: Any) -> Given:
    """A car delivered so many days ago."""
    return Given(holdings=[held("vehicle", opened=-age, **more)])


def told(*events: dict[str, Any]) -> Given:
    return Given(events=list(events))


CASES = (
    Case(
        "delivery_followup",
        car(3),
        due=TODAY,
        beside=(car(0), car(3, closed=-1), car(60)),
    ),
    Case(
        "first_service_due",
        told(event("first_service_due", 30, ref="V1")),
        due=day(3),
        beside=(
            told(event("first_service_due", 33, ref="V1")),
            told(
                event("first_service_due", 30, ref="V1"), event("first_service", -1, ref="V1")
            ),
            # By mileage it moved to another day.
            told(
                event("first_service_due", 30, ref="V1", known=-20),
                event("first_service_due", 60, ref="V1", known=-1),
            ),
        ),
    ),
    Case(
        "second_service_due",
        told(event("second_service_due", 7, ref="V1")),
        due=day(3),
        beside=(
            told(event("second_service_due", 33, ref="V1")),
            told(
                event("second_service_due", 7, ref="V1"), event("second_service", -1, ref="V1")
            ),
        ),
    ),
    Case(
        "service_followup",
        told(event("workshop_visit", -1, ref="W1", known=-1)),
        due=day(2),
        beside=(
            told(event("workshop_visit", 0, ref="W1")),
            told(event("workshop_visit", -12, ref="W1")),
        ),
    ),
    Case(
        "workshop_lost",
        told(event("workshop_visit", -180, ref="W1")),
        due=day(7),
        beside=(
            told(event("workshop_visit", -179, ref="W1")),
            told(event("workshop_visit", -180, ref="W1"), event("workshop_visit", -20)),
        ),
    ),
    Case(
        "warranty_expiry",
        Given(holdings=[held("warranty", opened=-1000, matures=90)]),
        due=day(7),
        beside=(
            Given(holdings=[held("warranty", opened=-1000, matures=93)]),
            Given(
                holdings=[
                    held("warranty", opened=-1000, matures=30),
                    held("warranty", opened=1, matures=700, ref="H2"),
                ]
            ),
        ),
    ),
    Case(
        "vehicle_inspection",
        told(event("inspection_due", 60, ref="V1")),
        due=day(7),
        desk="service",
        beside=(
            told(event("inspection_due", 63, ref="V1")),
            told(event("inspection_due", 60, ref="V1"), event("inspection_done", -2, ref="V1")),
        ),
    ),
    Case(
        "trade_in_window",
        car(1096),
        due=day(28),
        beside=(car(1095), car(1400), car(2000), car(1096, closed=-100)),
    ),
    Case(
        "owner_referral",
        told(event("delivery_survey", 0, value=5)),
        due=day(14),
        beside=(
            told(event("delivery_survey", 0, value=3)),
            told(event("delivery_survey", -1, value=5), event("complaint_opened", 0)),
        ),
    ),
)


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    of_trade("auto")

    assert prove(world, CASES) == {}


def test_six_instalments_before_the_end_of_its_loan_a_car_may_be_traded_in(
    world: World,
) -> None:
    of_trade("auto")
    loan: dict[str, Any] = {"category": "auto", "opened": -900}

    wrong = prove(
        world,
        [
            Case(
                "trade_in_window",
                Given(holdings=[held("loan", matures=183, **loan)]),
                due=day(28),
                beside=(
                    Given(holdings=[held("loan", matures=184, **loan)]),
                    Given(holdings=[held("loan", matures=183, closed=-9, **loan)]),
                    Given(holdings=[held("loan", opened=-900, matures=183)]),
                ),
            )
        ],
    )

    assert wrong == {}

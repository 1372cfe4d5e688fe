"""Each trigger of an insurer, alone, on a synthetic case."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Case, Given, day, event, held, of_trade, prove

from regulars.server.customers import actions as customers
from regulars.testing.cast import NOON, TESTS, customer

pytestmark = pytest.mark.django_db
MONEY = Decimal(6000)


def policy(**more: Any) -> dict[str, Any]:
    """A policy of many years, begun long ago on another day of the year."""
    return held("insurance", **({"opened": -1000, "matures": 5000} | more))


def motor(ends: int, ref: str = "M1", **more: Any) -> dict[str, Any]:
    return held(
        "insurance", category="motor", opened=ends - 365, matures=ends, amount=6000, ref=ref,
        **more,
    )  # fmt: skip


def due(days: int, *more: dict[str, Any]) -> Given:
    """A premium due so many days from today, and what else came."""
    return Given(events=[event("premium_due", days, ref="P1-9", value=6000, known=-70), *more])


def paid(days: int) -> dict[str, Any]:
    return event("premium_paid", days, ref="P1-9")


CASES = (
    Case(
        "new_policy_callback",
        Given(holdings=[held("insurance", opened=0, matures=3650)]),
        due=day(14),
        desk="service",
        beside=(
            Given(holdings=[held("insurance", opened=0, matures=365)]),
            Given(holdings=[held("insurance", opened=0, matures=3650, closed=0)]),
            Given(holdings=[held("insurance", opened=1, matures=3650)]),
        ),
    ),
    Case(
        "premium_due",
        due(60),
        due=day(2),
        stake=MONEY,
        beside=(due(63), due(60, paid(-1))),
    ),
    Case(
        "premium_failed",
        Given(events=[event("premium_failed", 0, ref="P1-9", value=6000)]),
        due=day(2),
        stake=MONEY,
        beside=(
            Given(events=[event("premium_failed", -30, ref="P1-9", value=6000)]),
            Given(events=[event("premium_failed", -1, ref="P1-9"), paid(0)]),
        ),
    ),
    Case(
        "grace_period",
        due(-15),
        due=day(1),
        stake=MONEY,
        beside=(
            due(-14),
            due(-15, paid(-3)),
            due(-15, paid(-60)),
            due(-15, event("policy_lapsed", -1, ref="P1-9")),
        ),
    ),
    Case(
        "grace_period_leader",
        due(-45),
        due=day(1),
        desk="leader",
        stake=MONEY,
        beside=(due(-44), due(-45, paid(-50))),
    ),
    Case(
        "policy_lapsed",
        Given(events=[event("policy_lapsed", 0, ref="P1")]),
        due=day(7),
        desk="service",
        beside=(
            Given(events=[event("policy_lapsed", -181, ref="P1")]),
            Given(
                events=[
                    event("policy_lapsed", -182, ref="P1"),
                    event("policy_reinstated", -90, ref="P1"),
                ]
            ),
        ),
    ),
    Case(
        "orphan_policy",
        Given(events=[event("policy_orphaned", -23, ref="P1", known=-23)]),
        due=day(7),
        desk="service",
        beside=(
            Given(events=[event("policy_orphaned", -200, ref="P1")]),
            Given(
                events=[
                    event("policy_orphaned", -23, ref="P1"),
                    event("policy_assigned", -2, ref="P1"),
                ]
            ),
        ),
    ),
    Case(
        "policy_review",
        Given(holdings=[policy(opened=-365 * 2 + 15)]),
        due=day(15),
        beside=(
            Given(holdings=[policy(opened=-365 * 2 + 16)]),
            Given(holdings=[policy(opened=-365 * 2 + 15, closed=-5)]),
            Given(holdings=[policy(opened=15 - 365, matures=15)]),
        ),
    ),
    Case(
        "benefit_payable",
        Given(events=[event("benefit_payable", 30, ref="P1-3", value=6000)]),
        due=day(7),
        stake=MONEY,
        beside=(
            Given(events=[event("benefit_payable", 33, ref="P1-3", value=6000)]),
            Given(
                events=[
                    event("benefit_payable", 30, ref="P1-3", value=6000),
                    event("benefit_paid", 0, ref="P1-3"),
                ]
            ),
        ),
    ),
    Case(
        "policy_maturity",
        Given(holdings=[policy(matures=90, amount=6000)]),
        due=day(7),
        stake=MONEY,
        beside=(
            Given(holdings=[policy(matures=93)]),
            Given(holdings=[held("insurance", opened=-275, matures=90)]),
            Given(holdings=[policy(matures=90, closed=-1)]),
        ),
    ),
    Case(
        "claim_closed",
        Given(events=[event("claim_closed", -3, ref="C1", known=-3)]),
        due=day(1),
        beside=(
            Given(events=[event("claim_closed", -2, ref="C1")]),
            Given(events=[event("claim_closed", -3, ref="C1"), event("claim_reopened", -1)]),
        ),
    ),
    Case(
        "surrender_intent",
        Given(events=[event("surrender_enquiry", 0, ref="P1")]),
        due=day(1),
        also=frozenset({"surrender_intent_leader"}),
        beside=(Given(events=[event("surrender_enquiry", -30, ref="P1")]),),
    ),
    Case(
        "surrender_intent_leader",
        Given(events=[event("policy_loan_enquiry", 0, ref="P1")]),
        due=day(1),
        desk="leader",
        also=frozenset({"surrender_intent"}),
        beside=(
            Given(
                events=[
                    event("policy_loan_enquiry", -1, ref="P1"),
                    event("surrender_settled", 0, ref="P1"),
                ]
            ),
        ),
    ),
    Case(
        "age_milestone",
        Given(file={"birth_date": date(1967, 1, 22)}),
        due=day(14),
        beside=(
            Given(file={"birth_date": date(1967, 1, 25)}),
            Given(file={"birth_date": date(1966, 11, 20)}),
        ),
    ),
    Case(
        "motor_renewal",
        Given(holdings=[motor(60)]),
        due=day(2),
        desk="service",
        stake=MONEY,
        beside=(
            Given(holdings=[motor(63)]),
            Given(holdings=[motor(15), motor(15 + 360, "M2")]),
            Given(holdings=[motor(60, closed=-1)]),
        ),
    ),
)


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    of_trade("insurance")

    assert prove(world, CASES) == {}


def test_a_child_who_comes_of_age_is_a_word_to_the_parents(world: World) -> None:
    of_trade("insurance")
    mother = customer("M1", "母亲", world.cast.mei_book)
    child = customer("M2", "孩子", world.cast.mei_book, birth_date=date(2009, 1, 22))
    customers.relate(mother, child, "child", by=TESTS, at=NOON)
    world.agree(mother)

    world.plan()

    (task,) = world.tasks(mother)
    assert (task.trigger, task.happens_on) == ("age_milestone", date(2027, 1, 22))


def test_a_step_of_the_rates_comes_as_an_event(world: World) -> None:
    of_trade("insurance")
    wrong = prove(
        world, [Case("age_milestone", Given(events=[event("rate_step", 60)]), due=day(14))]
    )

    assert wrong == {}

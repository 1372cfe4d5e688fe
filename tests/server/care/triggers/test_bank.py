"""Each trigger of a retail bank, alone, on a synthetic case."""

from __future__ import annotations

from datetime import date

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Case, Given, day, event, held, kept, moved, prove

from regulars.testing.cast import TODAY

pytestmark = pytest.mark.django_db
TOMORROW = day(1)
IN = {"large_movement": "in", "flow_5": 300_000.0, "adb_90": 900_000.0, "adb_month": 900_000.0}
OUT = {
    "large_movement": "out",
    "flow_5": -300_000.0,
    "adb_90": 900_000.0,
    "adb_month": 900_000.0,
}
ORGANIZATION = {"kind": "organization"}
OPEN_CARD = held("card", opened=-30, ref="K1")


def pays(*days: int, amount: int = 9000) -> list[dict[str, object]]:
    return [moved("payroll", n, amount) for n in days]


def gone(*days: int, amount: int) -> list[dict[str, object]]:
    return [moved("outflow", n, amount) for n in days]


CASES = (
    Case(
        "deposit_maturity",
        Given(holdings=[held("deposit", matures=7, amount=600_000)]),
        due=TOMORROW,
        stake=600_000,
        beside=(Given(holdings=[held("deposit", matures=9, amount=600_000)]),),
    ),
    Case(
        "wealth_maturity",
        Given(holdings=[held("wealth", matures=7, amount=200_000)]),
        due=TOMORROW,
        stake=200_000,
        beside=(
            Given(holdings=[held("wealth", matures=9, amount=200_000)]),
            # It matured two days ago: the third one has not come.
            Given(holdings=[held("wealth", matures=-2, amount=200_000)]),
        ),
    ),
    Case(
        "large_outflow",
        Given(now=OUT),
        due=TOMORROW,
        beside=(Given(now=OUT | {"large_movement": None}), Given(now=OUT, file=ORGANIZATION)),
    ),
    Case(
        "large_inflow",
        Given(now=IN),
        due=TOMORROW,
        stake=300_000,
        beside=(Given(now=IN | {"large_movement": None}), Given(now=IN, file=ORGANIZATION)),
    ),
    Case(
        "aum_drop",
        Given(now={"adb_month": 70_000.0, "adb_90": 100_000.0}),
        due=day(3),
        beside=(
            Given(now={"adb_month": 71_000.0, "adb_90": 100_000.0}),
            Given(now={"adb_month": 7_000.0, "adb_90": 10_000.0}),
        ),
    ),
    Case(
        "payroll_first",
        Given(moves=pays(0)),
        due=day(3),
        beside=(Given(moves=pays(0, -31)), Given(moves=pays(-40))),
    ),
    Case(
        # Paid on the 16th of four months; 16 November and five days have passed.
        "payroll_stopped",
        Given(moves=pays(-38, -68, -99)),
        due=day(3),
        beside=(
            Given(moves=pays(-7, -38, -68, -99)),
            # On the 20th, the fifth day after it is still to come.
            Given(moves=pays(-34, -64, -95)),
            Given(moves=pays(-38)),
        ),
    ),
    Case(
        # Paid on the 30th of September and October: next on 30 November.
        "payroll_flight",
        Given(moves=[*pays(-24, -54), *gone(-23, -52, amount=8000)]),
        due=date(2026, 11, 27),
        desk="service",
        beside=(
            Given(moves=[*pays(-24, -54), *gone(-23, amount=8000)]),
            Given(moves=[*pays(-24, -54), *gone(-23, -52, amount=7000)]),
        ),
    ),
    Case(
        "idle_balance",
        Given(balances=[kept(-30, 50_000)]),
        due=day(7),
        stake=50_000,
        beside=(
            Given(balances=[kept(-30, 49_999)]),
            Given(balances=[kept(-30, 80_000), kept(-3, 10_000)]),
            Given(balances=[kept(-6, 50_000)]),
        ),
    ),
    Case(
        "new_account",
        Given(file={"since": day(-1)}),
        due=TODAY,
        desk="service",
        beside=(Given(file={"since": TODAY}), Given(file={"since": day(-60)})),
    ),
    Case(
        "second_product",
        Given(
            was={"tenure_days": 29.0, "products_held": 1.0},
            now={"tenure_days": 30.0, "products_held": 1.0},
        ),
        due=day(14),
        desk="service",
        beside=(
            Given(
                was={"tenure_days": 29.0, "products_held": 1.0},
                now={"tenure_days": 30.0, "products_held": 2.0},
            ),
        ),
    ),
    Case(
        "app_inactive",
        Given(events=[event("login", -30)]),
        due=day(14),
        desk="service",
        beside=(Given(events=[event("login", -29)]), Given(events=[event("login", -60)])),
    ),
    Case(
        "card_unused",
        Given(holdings=[OPEN_CARD]),
        due=day(7),
        desk="service",
        also=frozenset({"playbook_step"}),  # of what follows a card
        beside=(
            Given(holdings=[held("card", opened=-29, ref="K1")]),
            Given(holdings=[OPEN_CARD], events=[event("activation", -5, ref="K1")]),
        ),
    ),
    Case(
        "loan_due",
        Given(events=[event("loan_due", 7, ref="L1-11", value=3000, known=-5)]),
        due=TOMORROW,
        desk="service",
        stake=3000,
        beside=(
            Given(events=[event("loan_due", 10, ref="L1-11", value=3000, known=-5)]),
            Given(
                events=[
                    event("loan_due", 7, ref="L1-11", value=3000, known=-5),
                    event("loan_paid", -1, ref="L1-11"),
                ]
            ),
        ),
    ),
    Case(
        "loan_settled",
        Given(holdings=[held("loan", closed=0)]),
        due=day(7),
        beside=(Given(holdings=[held("loan", closed=-40)]), Given(holdings=[held("loan")])),
    ),
    Case(
        "loan_prepay",
        Given(events=[event("loan_prepay", 0, ref="L2")]),
        due=TODAY,
        beside=(Given(events=[event("loan_prepay", -20, ref="L2")]),),
    ),
    Case(
        "risk_profile_expiring",
        Given(events=[event("risk_profile_expires", 30, known=-300)]),
        due=day(14),
        beside=(
            Given(events=[event("risk_profile_expires", 33, known=-300)]),
            # Done again: the later date counts.
            Given(
                events=[
                    event("risk_profile_expires", 30, known=-300),
                    event("risk_profile_expires", 365, known=-2),
                ]
            ),
        ),
    ),
    Case(
        "id_expiring",
        Given(events=[event("id_expires", 60, known=-300)]),
        due=day(7),
        desk="service",
        stake=0,
        beside=(
            Given(events=[event("id_expires", 63, known=-300)]),
            Given(
                events=[
                    event("id_expires", 30, known=-300),
                    event("id_expires", 3000, known=-1),
                ]
            ),
        ),
    ),
    Case(
        "fund_move",
        Given(events=[event("fund_move", 0, ref="JJ01", value=-0.1)]),
        due=day(2),
        beside=(Given(events=[event("fund_move", 0, ref="JJ01", value=0.09)]),),
    ),
    Case(
        "fixed_rate_event",
        Given(events=[event("rate_change", 0, ref="DQ12")]),
        due=TOMORROW,
        desk="service",
        beside=(Given(events=[event("rate_change", -20, ref="DQ12")]),),
    ),
    Case(
        "branch_visit",
        Given(events=[event("branch_visit", 0, ref="counter")]),
        due=TODAY,
        desk="service",
        beside=(Given(events=[event("branch_visit", -10, ref="counter")]),),
    ),
    Case(
        "merchant_drop",
        Given(events=[event("merchant_drop", 0, value=-0.5)]),
        due=day(7),
        beside=(Given(events=[event("merchant_drop", 0, value=-0.4)]),),
    ),
    Case(
        "inactive_account_notice",
        Given(events=[event("inactive_account", 30, ref="A7", known=-3)]),
        due=day(7),
        desk="service",
        stake=0,
        beside=(
            Given(events=[event("inactive_account", 33, ref="A7", known=-3)]),
            Given(
                events=[
                    event("inactive_account", 30, ref="A7", known=-3),
                    event("account_kept", -1, ref="A7"),
                ]
            ),
        ),
    ),
)
# What others do every day, so that the silence of one is his own.
REST = Given(
    events=[event("login", -1), event("activation", -1, ref="K0")],
    moves=[moved("purchase", -1, 10), moved("purchase", -300, 10)],
)


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    assert prove(world, CASES, around=(REST,)) == {}

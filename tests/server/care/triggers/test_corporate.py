"""Each trigger of a corporate bank, alone, on a synthetic case."""

from __future__ import annotations

from datetime import date

import pytest
from tests.server.care.conftest import World
from tests.server.care.triggers.cases import Case, Given, day, event, held, moved, prove

from regulars.testing.cast import TODAY

pytestmark = pytest.mark.django_db
FIRM = {"kind": "organization"}
OUT = {
    "large_movement": "out",
    "flow_5": -900_000.0,
    "adb_90": 2_000_000.0,
    "adb_month": 2_000_000.0,
}
KEEN = frozenset({"contact_overdue"})


def settled(earlier: int, lately: int) -> list[dict[str, object]]:
    return [moved("inflow", -45, earlier), moved("outflow", -10, lately)]


CASES = (
    Case(
        "settlement_drop",
        Given(file=FIRM, moves=settled(100_000, 70_000)),
        due=day(7),
        beside=(
            Given(file=FIRM, moves=settled(100_000, 71_000)),
            Given(file=FIRM, moves=settled(10_000, 0)),
            Given(moves=settled(100_000, 0)),
        ),
    ),
    Case(
        "corp_large_movement",
        Given(file=FIRM, now=OUT),
        due=TODAY,
        beside=(Given(now=OUT), Given(file=FIRM, now=OUT | {"large_movement": None})),
    ),
    Case(
        "facility_expiry",
        Given(file=FIRM, holdings=[held("facility", matures=90, amount=5_000_000)]),
        due=day(7),
        stake=5_000_000,
        beside=(Given(file=FIRM, holdings=[held("facility", matures=93)]),),
    ),
    Case(
        "bill_maturity",
        Given(file=FIRM, holdings=[held("bill", matures=15, amount=800_000)]),
        due=day(2),
        stake=800_000,
        beside=(Given(file=FIRM, holdings=[held("bill", matures=17)]),),
    ),
    Case(
        "registry_change",
        Given(file=FIRM, events=[event("registry_change", 0, ref="法定代表人")]),
        due=day(7),
        beside=(Given(file=FIRM, events=[event("registry_change", -40)]),),
    ),
    Case(
        "exec_visit_due",
        Given(file=FIRM, level=5),
        due=date(2026, 12, 31),
        desk="leader",
        minutes=120,
        also=KEEN | {"head_visit_due"},
        beside=(Given(file=FIRM, level=4), Given(level=5)),
    ),
    Case(
        "head_visit_due",
        Given(file=FIRM, level=5),
        due=date(2026, 11, 30),
        desk="manager",
        minutes=90,
        also=KEEN | {"exec_visit_due"},
        beside=(Given(file=FIRM, level=3), Given(file=FIRM, level=5, visits=(-3,))),
    ),
    Case(
        "cross_payroll",
        Given(file=FIRM, events=[event("cross_payroll", 0)]),
        due=day(14),
        beside=(Given(file=FIRM, events=[event("cross_payroll", -30)]),),
    ),
)
# Transactions are known from long ago until yesterday.
REST = Given(moves=[moved("purchase", -1, 10), moved("purchase", -300, 10)])


def test_each_trigger_speaks_in_its_case_and_not_beside_it(world: World) -> None:
    assert prove(world, CASES, around=(REST,)) == {}

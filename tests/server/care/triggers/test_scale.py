"""What the readers that look at everybody's facts cost, at half a million customers."""

from __future__ import annotations

import sys
from time import perf_counter

import pytest
from tests.server.care.conftest import World

from regulars.server.care.queries import morning as reads
from regulars.server.care.queries.morning import Sight
from regulars.server.care.rules import Morning, Policy
from regulars.server.core import queries as core
from regulars.server.facts import actions as facts
from regulars.server.products.models import Product
from regulars.testing.cast import NOON, TESTS, TODAY

pytestmark = [pytest.mark.django_db, pytest.mark.drill]
PEOPLE = 500_000


def lake(kind: str, select: str) -> None:
    facts.add(kind, select, source=f"scale-{kind}", by=TESTS, at=NOON, fresh=True)


def fill() -> None:
    """Four pays, 26 other transactions and 12 balances of everybody; 4 events."""
    day = f"date '{TODAY}' - (n * 5 + k % 5)::int"
    lake(
        "transactions",
        f"""select 1000000 + k as fact_key, ({day})::timestamp as occurred_at,
        {day} as local_date, 100 * (1 + k % 90)::bigint as amount, null::double as quantity,
        null::bigint as cost, null as order_id, null as product_id, null as category,
        null as channel, null as branch,
        case when n % 7 = 3 then 'payroll' when n % 7 = 4 then 'outflow' else 'purchase' end
            as kind, null as external_id, k || '-' || n as row_key,
        timestamp '{TODAY}' as known_at from range({PEOPLE}) p(k), range(30) d(n)""",
    )
    lake(
        "balances",
        f"""select 1000000 + k as fact_key, date '{TODAY}' - (n * 20)::int as "on",
        'A' || k as account_id, 'CURRENT' as product_id, (k * 37 % 9000000)::bigint as balance,
        k || '-' || n as row_key, timestamp '{TODAY}' as known_at
        from range({PEOPLE}) p(k), range(12) d(n)""",
    )
    lake(
        "events",
        f"""select 1000000 + k as fact_key, timestamp '{TODAY}' - to_days((n * 9 + k % 9)::int)
        as occurred_at, 'login' as kind, null as ref, null::double as value,
        k || '-' || n as row_key, timestamp '{TODAY}' as known_at
        from range({PEOPLE}) p(k), range(4) d(n)""",
    )


def test_everybodys_pay_balances_and_events_are_read_in_seconds(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    Product.objects.create(code="CURRENT", name="活期", kind="deposit")
    fill()
    sight = Sight(Morning(TODAY, core.work_calendar(), Policy()), None, NOON)
    readers = {
        "payroll_first": reads.payroll.first,
        "payroll_stopped": reads.payroll.stopped,
        "payroll_flight": reads.payroll.leaving,
        "idle_balance": reads.idle,
        "settlement_drop": reads.settling_less,
    }
    spent = {}
    for name, read in readers.items():
        began = perf_counter()
        read(sight)
        spent[name] = round(perf_counter() - began, 2)

    with capsys.disabled():
        sys.stdout.write(f"\n{PEOPLE:,} customers, seconds: {spent}\n")
    assert sum(spent.values()) < 60

"""Pay as it comes: one look at the credits of four months for everybody."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, money
from regulars.server.care.rules.detect import Pay, Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detect.payroll import FLIGHT, FLIGHT_BEGINS, LATE_DAYS
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

BACK = 125  # four pays and the days by which one may be late
REACH = 60  # so long transactions must be known to call a pay the first
ON_FREE_DAYS = 12
LEFT = "'outflow', 'transfer_out', 'withdrawal'"  # ways in which money leaves
FLIGHT_DAYS = 3
TWO_MONTHS = 62  # the next pay lies in the month after the last
SOON = 20  # a pay so shortly before the usual day is that pay, come early


def first(sight: Sight) -> list[Row]:
    """Customers whose pay came for the first time in four months."""
    day = sight.morning.day
    known = facts.manifest().get("transactions")
    if known is None or known["first_day"] > day - timedelta(days=REACH):
        return []
    found = lake.rows(
        f"""
        select fact_key, min(local_date), arg_min(abs(amount), local_date)
        from ({_credits(day)}) group by fact_key
        having min(local_date) >= date '{day - timedelta(days=WINDOW)}' order by 1
        """
    )
    owners, minor = customers_of({row[0] for row in found}), core.minor_units()
    return [
        Row(owners[key], "pay", on, money(amount / minor))
        for key, on, amount in found
        if key in owners
    ]


def stopped(sight: Sight) -> list[Pay]:
    """Customers paid in three months or more whose next pay is late."""
    day = sight.morning.day
    late = day - timedelta(days=LATE_DAYS)
    wanted = _expected(day, months=3, first=late - timedelta(days=WINDOW), last=late)
    return _pays(
        f"with {wanted} select fact_key, last, expected, paid, 0 from wanted order by 1"
    )


def leaving(sight: Sight) -> list[Pay]:
    """Customers whose next pay is near, and whose last two left within three days."""
    day = sight.morning.day
    ahead = day + timedelta(days=FLIGHT_BEGINS + ON_FREE_DAYS)
    table = lake.source(facts.living("transactions"), "transactions")
    return _pays(
        f"""
        with {_expected(day, months=2, first=day, last=ahead)},
        lately as (
            select fact_key, local_date, sum(abs(amount)) as paid
            from credits semi join wanted using (fact_key) group by 1, 2
            qualify row_number() over (partition by fact_key order by local_date desc) <= 2),
        gone as (
            select l.fact_key, l.local_date, any_value(l.paid) as paid,
                   sum(abs(t.amount)) as out
            from lately l join {table} t on t.fact_key = l.fact_key
              and t.kind in ({LEFT}) and t.local_date > date '{day - timedelta(days=BACK)}'
              and t.local_date between l.local_date and l.local_date + {FLIGHT_DAYS}
            group by 1, 2),
        fled as (
            select fact_key, min(least(out / paid, 1)) as share from gone
            group by fact_key having count(*) = 2 and min(out / paid) >= {FLIGHT})
        select fact_key, last, expected, paid, share
        from wanted join fled using (fact_key) order by 1
        """
    )


def _expected(day: date, *, months: int, first: date, last: date) -> str:
    """Statements that end with `wanted`: whose next pay lies between two days, and when."""
    return f"""
        credits as materialized ({_credits(day)}),
        -- Most were paid a few days ago and are out of the question at once.
        near as (
            select fact_key from credits group by 1
            having max(local_date) >= date '{first - timedelta(days=TWO_MONTHS)}'
               and max(local_date) <= date '{last - timedelta(days=SOON)}'),
        by_month as (
            select fact_key, date_trunc('month', local_date) as month,
                   day(min(local_date)) as on_day, max(local_date) as last,
                   arg_max(abs(amount), local_date) as paid
            from credits semi join near using (fact_key) group by 1, 2),
        usual as (
            select fact_key, median(on_day)::int as on_day, max(last) as last,
                   arg_max(paid, month) as paid,
                   (max(month) + interval 1 month)::date as next_month
            from by_month group by fact_key having count(*) >= {months}),
        expected as (
            select fact_key, last, paid,
                   least(next_month + (on_day - 1), last_day(next_month)) as expected
            from usual),
        wanted as (
            select * from expected
            where expected between date '{first}' and date '{last}'
              and expected - last >= {SOON})"""


def _pays(statement: str) -> list[Pay]:
    known = facts.manifest().get("transactions")
    if known is None:
        return []
    found = lake.rows(statement)
    owners = customers_of({row[0] for row in found})
    return [
        Pay(owners[key], last, expected, known["last_day"], money(paid / 100), _share(left))
        for key, last, expected, paid, left in found
        if key in owners
    ]


def _share(value: float) -> Decimal:
    return Decimal(str(round(value, 4)))


def _credits(day: date) -> str:
    table = lake.source(facts.living("transactions"), "transactions")
    return (
        f"select fact_key, local_date, amount from {table} where kind = 'payroll' "
        f"and local_date > date '{day - timedelta(days=BACK)}' and local_date <= date '{day}'"
    )

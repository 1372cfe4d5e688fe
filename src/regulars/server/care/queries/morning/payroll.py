"""Pay as it comes: one look at the credits of four months for everybody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, money
from regulars.server.care.rules.detect import Pay, Row
from regulars.server.care.rules.detect.dated import WINDOW
from regulars.server.care.rules.detect.payroll import FLIGHT_BEGINS, LATE_DAYS
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

BACK = 125  # four pays and the days by which one may be late
REACH = 60  # so long transactions must be known to call a pay the first
ON_FREE_DAYS = 12
LEFT = "'outflow', 'transfer_out', 'withdrawal'"  # ways in which money leaves
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
    owners = customers_of({row[0] for row in found})
    return [
        Row(owners[key], "pay", on, money(amount / 100))
        for key, on, amount in found
        if key in owners
    ]


def stopped(sight: Sight) -> list[Pay]:
    """Customers paid in three months or more whose next pay is late."""
    day = sight.morning.day
    late = timedelta(days=LATE_DAYS)
    begins, ends = day - late - timedelta(days=WINDOW), day - late
    return _rhythm(day, months=3, between=(begins, ends))


def leaving(sight: Sight) -> list[Pay]:
    """Customers whose next pay is near, with what left of the last two within three days."""
    day = sight.morning.day
    return _rhythm(
        day, months=2, between=(day, day + timedelta(days=FLIGHT_BEGINS + ON_FREE_DAYS))
    )


def _rhythm(day: date, *, months: int, between: Sequence[date]) -> list[Pay]:
    """The usual day of each customer's pay, and the next one, if it lies between two days."""
    known = facts.manifest().get("transactions")
    if known is None:
        return []
    table = lake.source(facts.living("transactions"), "transactions")
    found = lake.rows(
        f"""
        with pays as (
            select fact_key, local_date, sum(abs(amount)) as paid
            from ({_credits(day)}) group by fact_key, local_date),
        by_month as (
            select fact_key, date_trunc('month', local_date) as month,
                   day(min(local_date)) as on_day, max(local_date) as last
            from pays group by fact_key, month),
        usual as (
            select fact_key, median(on_day)::int as on_day, max(last) as last,
                   (date_trunc('month', max(last)) + interval 1 month)::date as next_month
            from by_month group by fact_key having count(*) >= {months}),
        expected as (
            select fact_key, last,
                   least(next_month + (on_day - 1), last_day(next_month)) as expected
            from usual),
        wanted as (
            select * from expected
            where expected between date '{between[0]}' and date '{between[1]}'
              and expected - last >= {SOON}),
        lately as (
            select fact_key, local_date, paid from pays semi join wanted using (fact_key)
            qualify row_number() over (partition by fact_key order by local_date desc) <= 2),
        gone as (
            select l.fact_key, l.local_date, any_value(l.paid) as paid,
                   coalesce(sum(abs(t.amount)), 0) as out
            from lately l left join {table} t on t.fact_key = l.fact_key
              and t.kind in ({LEFT}) and t.local_date between l.local_date and l.local_date + 3
            group by 1, 2)
        select w.fact_key, w.last, w.expected, arg_max(g.paid, g.local_date),
               case when count(*) = 2 then min(least(g.out / g.paid, 1)) else 0 end
        from wanted w join gone g using (fact_key) group by 1, 2, 3 order by 1
        """
    )
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

"""Money that moved, lies still, or passes through less than before."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

import pyarrow as pa

from regulars.server.care.queries.morning.sight import Sight
from regulars.server.care.queries.morning.statements import customers_of, money, sql
from regulars.server.care.rules.catalogue import CORP_LARGE_MOVEMENT, LARGE_INFLOW
from regulars.server.care.rules.detect import Morning, Movement, Row
from regulars.server.core import queries as core
from regulars.server.facts import lake
from regulars.server.facts import queries as facts
from regulars.server.products.models import Product

# A current account gets a row at least with its quarterly interest.
ROWS_BACK = 100
IDLE_DAYS = 7
# A balance by its day, then by when it was known; one number is compared faster than two.
NEWEST = """date_diff('day', date '2000-01-01', "on") * 10000000000 + epoch(known_at)::bigint"""
# Two spans of settlement, one against the other; below this sum a share says nothing.
SETTLED_DAYS = 30
SETTLED_FROM = 50_000
OF_THE_BANK = ("fee", "interest", "adjustment")


def inflows(sight: Sight) -> list[Movement]:
    """Large movements in of persons; organisations have a trigger of their own."""
    return list(apart(sight.movements("in", LARGE_INFLOW.code), sight.morning, False))


def outflows(sight: Sight) -> list[Movement]:
    """Large movements out of persons."""
    return list(apart(sight.outflows, sight.morning, False))


def corporate(sight: Sight) -> list[Movement]:
    """Large movements of organisations, either way."""
    code = CORP_LARGE_MOVEMENT.code
    both = [*sight.movements("out", code), *sight.movements("in", code)]
    return list(apart(both, sight.morning, True))


def apart(
    movements: Iterable[Movement], morning: Morning, organizations: bool
) -> Iterable[Movement]:
    """Persons or organisations; everybody where the corporate trigger is off."""
    if not morning.policy.has(CORP_LARGE_MOVEMENT):
        return () if organizations else movements
    return (row for row in movements if row.is_organization is organizations)


def idle(sight: Sight) -> list[Row]:
    """Customers who keep a sum at sight that nothing took from for a week.

    The lowest balance of each account counts, so money between own accounts is left out.
    """
    products = Product.objects.filter(kind=Product.Kind.DEPOSIT, term_days__isnull=True)
    codes = ", ".join(lake.quote(code) for code in products.values_list("code", flat=True))
    day = sight.morning.day
    since, back = day - timedelta(days=IDLE_DAYS), day - timedelta(days=ROWS_BACK)
    table = lake.source(facts.living("balances"), "balances")
    minor = core.minor_units()
    least = sight.morning.policy.idle_amount * minor
    found = lake.rows(
        f"""
        with accounts as (
            select fact_key, account_id,
                   arg_max(balance, {NEWEST}) filter ("on" <= date '{since}') as stood,
                   min(balance) filter ("on" > date '{since}') as since
            from {table} where product_id in ({codes or "null"})
              and "on" between date '{back}' and date '{day}'
            group by fact_key, account_id)
        select fact_key, sum(least(stood, coalesce(since, stood))) as still
        from accounts where stood > 0 group by fact_key having still >= {least} order by 1
        """
    )
    owners = customers_of({key for key, _still in found})
    count = {"count": str(IDLE_DAYS)}
    return [
        Row(owners[key], "", day, money(still / minor), facts=count)
        for key, still in found
        if key in owners
    ]


def settling_less(sight: Sight) -> list[Row]:
    """Organisations whose settlement fell by 30 % against the 30 days before."""
    known = facts.manifest().get("transactions")
    if known is None:
        return []
    end = min(known["last_day"], sight.morning.day)
    middle, start = (end - timedelta(days=n * SETTLED_DAYS) for n in (1, 2))
    if known["first_day"] > start:
        return []
    keys = sql(
        "select k.fact_key, c.id from customers_factkey k join customers_customer c "
        "on c.id = k.customer_id and c.kind = 'organization'"
    )
    owners = dict(keys)
    table = lake.source(facts.living("transactions"), "transactions")
    db, minor = lake.session(), core.minor_units()
    db.register("organizations", pa.table({"fact_key": pa.array(list(owners), pa.int64())}))
    try:
        found = lake.rows(
            f"""
            select fact_key,
                   coalesce(sum(abs(amount)) filter (local_date > date '{middle}'), 0)
                       as lately,
                   sum(abs(amount)) filter (local_date <= date '{middle}') as earlier
            from {table} semi join organizations using (fact_key)
            where local_date > date '{start}' and local_date <= date '{end}'
              and kind not in ({", ".join(lake.quote(kind) for kind in OF_THE_BANK)})
            group by fact_key
            having earlier >= {SETTLED_FROM * minor} and lately <= 0.7 * earlier order by 1
            """
        )
    finally:
        db.unregister("organizations")
    return [
        Row(
            owners[key], "", end, money(lately / minor),
            facts={"value": f"{float(lately) / float(earlier) - 1:.4f}"},
        )
        for key, lately, earlier in found
    ]  # fmt: skip

"""Everybody, as a morning sees them: file, tier now and before, what is at stake.

A dozen questions of a morning go through all customers. Asked of the tables each of them
reads wide rows again, and row security hides from the planner how many there are; so the
narrow columns they need are laid down once, in a table of the transaction.
"""

from __future__ import annotations

from datetime import date

from django.db import connection

from regulars.base.periods import year_before
from regulars.server.channels import queries as channels
from regulars.server.facts import lake
from regulars.server.tiers.models import Scheme

YOUNGEST = 14  # no marketing to children below this age
NAME = "everybody"
# Until the morning's transaction ends: it sorts and joins all customers, no page of them.
MEMORY = "256MB"


def whom(*, tiered: int | None, before: int | None, run: int | None, day: date) -> str:
    """The statement of everybody: one row a customer.

    `living` is false where something stops everything, whatever was agreed (see channels'
    policy), `unwanted` true where marketing is stopped on every channel, or waits. Tiers are
    those of the schemes that stand beside names, null where there is none; `stake` is 0 then.
    """
    return f"""
        select c.id, c.id as customer_id, c.kind, c.state, c.book_id, c.business_class, c.since,
               c.created_at, c.birth_date, c.lunar_birthday, c.no_profiling, c.consents,
               c.blocked_channels,
               c.state not in ('closed', 'merged', 'erased') and c.deceased_on is null
                   and c.legal_block = '' as living,
               c.do_not_contact or coalesce(c.birth_date > date '{_grown(day)}', false)
                   or m.customer_id is not null as unwanted,
               a.level, a.tier, a.measure, a.next_at, b.level as was_level, b.tier as was_tier,
               b.measure as was_measure, b.next_at as was_next_at,
               coalesce(s.stake, 0) as stake
        from customers_customer c
        left join ({_tiers(tiered)}) a on a.customer_id = c.id and a.of in ('', c.kind)
        left join ({_tiers(before)}) b on b.customer_id = c.id and b.of in ('', c.kind)
        left join ({channels.STANDING}) m on m.customer_id = c.id
        left join scoring_score s on s.run_id = {_number(run)} and s.customer_id = c.id
        """


def lay_down(statement: str) -> None:
    """Write everybody into a table that is gone when the transaction ends."""
    with connection.cursor() as db:
        db.execute("select set_config('work_mem', %s, true)", [MEMORY])
        # All rows of every table are read: looked up one by one they would take twice as long.
        db.execute("set local enable_nestloop = off")
        db.execute(f"drop table if exists pg_temp.{NAME}")
        db.execute(f"create temp table {NAME} on commit drop as {statement}")
        db.execute(f"analyze {NAME}")
        db.execute("set local enable_nestloop = on")


def _tiers(tier_run: int | None) -> str:
    # The schemes by their numbers: joined, the tiers would lose the order of their customers.
    leading = dict(Scheme.objects.filter(is_primary=True).values_list("pk", "customer_kind"))
    of = " ".join(f"when {pk:d} then {lake.quote(kind)}" for pk, kind in leading.items())
    return f"""
        select t.customer_id, t.level, t.tier, t.measure, t.next_at,
               case t.scheme_id {of or "when 0 then ''"} end as of
        from tiers_assignment t where t.tier_run_id = {_number(tier_run)}"""


def _number(key: int | None) -> str:
    return "null" if key is None else f"{key:d}"


def _grown(day: date) -> date:
    for _ in range(YOUNGEST):
        day = year_before(day)
    return day

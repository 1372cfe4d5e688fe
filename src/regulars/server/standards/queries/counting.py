"""How many customers of which tier each place has, and which people are there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from django.core.cache import cache
from django.db import connection
from django.db.models import Count as Counting

from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit, Person
from regulars.server.standards.queries.steering import HOLDING
from regulars.server.standards.rules import NEGATIVE, UNTIERED, Count
from regulars.server.tiers import queries as tiers

KEPT = 3600  # seconds; customers may be moved between books meanwhile
# One pass over the customers; tiers of the run in force, whoever is steered counts as lowest.
COUNTED = f"""
select b.org_unit_id, c.kind, c.business_class,
       case when s.customer_id is not null then {NEGATIVE}
            else coalesce(a.level, {UNTIERED}) end as level,
       count(*)
from customers_customer c
join core_book b on b.id = c.book_id
left join (
    select a.customer_id, a.level, s.customer_kind
    from tiers_assignment a join tiers_scheme s on s.id = a.scheme_id and s.is_primary
    where a.tier_run_id = %(tier_run)s
) a on a.customer_id = c.id and a.customer_kind in ('', c.kind)
left join ({HOLDING}) s on s.customer_id = c.id
where c.state in ('active', 'stub')
group by 1, 2, 3, 4
"""


# Everybody is read once: behind row security the planner expects one row, and would look up
# each of a million (5.1 s of processor time where hashing takes 2.4).
PLANS = ("enable_nestloop", "enable_mergejoin", "enable_indexscan")
WHOLE = ";".join(f"set local {name} = off" for name in PLANS)
USUAL = ";".join(f"set local {name} to default" for name in PLANS)


def counts(viewer: Person, *, day: date) -> list[Count]:
    """Customers of the viewer's scope by place, kind, class and level of the current tiers.

    Kept for an hour: a standard that is being written is reckoned many times.
    """
    run = tiers.current_tier_run()
    if run is None:
        return _counted(viewer, day=day, tier_run=None)
    key = f"standards:counts:{run.pk}:{day}:{hash(viewer.scope)}"
    kept: list[Count] | None = cache.get(key)
    if kept is None:
        kept = _counted(viewer, day=day, tier_run=run.pk)
        cache.set(key, kept, KEPT)
    return kept


def _counted(viewer: Person, *, day: date, tier_run: int | None) -> list[Count]:
    paths = dict(OrgUnit.objects.order_by("pk").values_list("pk", "path"))
    where = "" if viewer.scope.everything else "and c.book_id = any(%(books)s) "
    statement = COUNTED.replace("group by", f"{where}group by")
    with connection.cursor() as db:
        if viewer.scope.everything:
            db.execute(WHOLE)
        db.execute(
            statement,
            {"tier_run": tier_run, "day": day, "books": list(viewer.scope.books)},
        )
        found = db.fetchall()
        if viewer.scope.everything:
            db.execute(USUAL)
    return [
        Count(paths[unit], kind, business_class, level, customers)
        for unit, kind, business_class, level, customers in found
    ]


def staff(viewer: Person) -> Mapping[tuple[str, str], int]:
    """People at work by place and role; those of places that the viewer sees, and above."""
    active = Person.objects.filter(is_active=True).order_by()
    rows = active.values_list("org_unit__path", "role").annotate(n=Counting("pk"))
    if viewer.scope.everything:
        return {(path, role): n for path, role, n in rows}
    own = viewer.org_unit.path
    return {
        (path, role): n
        for path, role, n in rows
        if path.startswith(own) or own.startswith(path)
    }


def workdays_a_month(day: date) -> float:
    """Working days of a usual month: the mean of the year ahead on the company's calendar."""
    calendar = core.work_calendar()
    worked = sum(calendar.is_workday(day + timedelta(days=n)) for n in range(365))
    return worked / 12

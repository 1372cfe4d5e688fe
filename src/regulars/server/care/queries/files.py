"""Which files are worth a word: of the best customers, few per person, the dearest first."""

from __future__ import annotations

from datetime import datetime

from regulars.server.care.queries.morning import Sight, sql
from regulars.server.care.rules.detect import FileState, quarter_of
from regulars.server.core import queries as core
from regulars.server.core.queries import settings_of_company
from regulars.server.customers.models import Customer, Relation
from regulars.server.customers.queries import measuring
from regulars.server.customers.queries.quality import CONTACTS
from regulars.server.customers.rules import quality

CODES = ("file_incomplete", "profile_stale")
WANTED = """
with best as materialized (
    select id as customer_id, level, stake from {everybody} e where e.level >= %(from)s),
held as (
    select coalesce(b.owner_id, -b.id) as holder, count(*) as n
    from care_task t join customers_customer c on c.id = t.customer_id
    join core_book b on b.id = c.book_id
    where t.trigger = any (%(codes)s) and t.state = 'open' group by 1),
open_files as (
    select c.id, coalesce(b.owner_id, -b.id) as holder, best.level, best.stake,
           c.completeness < 100 and not exists (select 1 from care_task t
               where t.customer_id = c.id and t.trigger = 'file_incomplete'
                 and t.cycle = %(cycle)s) as incomplete,
           {stale} and not exists (select 1 from care_task t
               where t.customer_id = c.id and t.trigger = any (%(codes)s)
                 and t.cycle = %(cycle)s) as stale
    from best join customers_customer c on c.id = best.customer_id and c.state = 'active'
    join core_book b on b.id = c.book_id and b.owner_id is not null
    where not exists (select 1 from care_card k
                      where k.customer_id = c.id and k.day = %(day)s)
      and not exists (select 1 from care_task t
                      where t.customer_id = c.id and t.state = 'open')
      and not exists (select 1 from unnest(%(busy)s::bigint[]) as busy(id)
                      where busy.id = c.id)),
placed as (
    select id, holder, level, incomplete, row_number() over (
        partition by holder order by stake desc nulls last, id) as place
    from open_files where incomplete or stale)
select p.id, p.level, p.incomplete from placed p left join held h using (holder)
where p.place + coalesce(h.n, 0) <= %(most)s order by p.id
"""


def wanted(sight: Sight, *, busy: set[int]) -> list[FileState]:
    """Files that one word would mend, of customers whom nothing else calls for today."""
    morning, policy = sight.morning, sight.morning.policy
    if sight.tiered is None or policy.file_tasks < 1:
        return []
    settings = settings_of_company()
    statement = WANTED.format(
        everybody=sight.whom,
        stale=measuring.stale(settings, level="best.level").replace("%s", "%(at)s"),
    )
    found = sql(
        statement,
        {
            "from": policy.file_tasks_from,
            "most": policy.file_tasks,
            "codes": list(CODES),
            "cycle": quarter_of(morning.day),
            "day": morning.day,
            "busy": list(busy),
            "at": sight.at,
        },
    )
    return _states({pk: (level, incomplete) for pk, level, incomplete in found})


def _states(found: dict[int, tuple[int, bool]]) -> list[FileState]:
    asked = quality.asked(settings_of_company())
    zone = core.time_zone()
    known = Customer.objects.filter(pk__in=found).order_by("pk")
    contacts = _with_contacts([one.pk for one in known if one.is_organization])
    states = []
    for one in known:
        level, incomplete = found[one.pk]
        values = {n: getattr(one, n) for names in quality.COLUMNS.values() for n in names}
        values["contact_person"] = one.pk in contacts
        missing = quality.missing(values, asked[one.kind], level) if incomplete else []
        on = one.confirmed_at.astimezone(zone).date() if one.confirmed_at else None
        states.append(FileState(one.pk, tuple(missing), on))
    return states


def _with_contacts(ids: list[int]) -> set[int]:
    ties = Relation.objects.filter(kind__in=CONTACTS, until__isnull=True)
    found = set(ties.filter(customer__in=ids).values_list("customer", flat=True))
    return found | set(ties.filter(other__in=ids).values_list("other", flat=True))


def mended(*, at: datetime) -> list[int]:
    """Open reasons about files that are complete or confirmed by now."""
    stale = measuring.stale(settings_of_company())
    rows = sql(
        "select t.id from care_task t join customers_customer c on c.id = t.customer_id "
        f"left join ({measuring.levels()}) l on l.customer_id = c.id "
        "where t.state = 'open' and ((t.trigger = 'file_incomplete' and c.completeness = 100) "
        f"or (t.trigger = 'profile_stale' and not {stale}))",
        [at],
    )
    return [row[0] for row in rows]

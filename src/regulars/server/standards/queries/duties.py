"""What the standard asks of each role once in a while, and for whom it is open now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from django.db import connection

from regulars.server.core import queries as core
from regulars.server.core.models import OrgUnit
from regulars.server.standards.queries.steering import HOLDING
from regulars.server.standards.rules import (
    CLASSES,
    LEVELS,
    ORGANIZATION,
    PERSON,
    Line,
    Matrix,
    Period,
    Purpose,
)

# A duty of a period appears spread over the first part of it, so that a quarter's visits do
# not fall on one morning, and is there for everybody for the last part.
SPREAD = 0.5


@dataclass(frozen=True)
class Duty:
    """A line of the standard that one role still owes one customer.

    `since` is the last time (or the first day as a customer), `until` the day by which the
    next is due: the end of the period, or so many days after the last.
    """

    customer_id: int
    line: Line
    last: date | None
    since: date
    until: date
    period: Period | None
    kind: str = PERSON  # of the customer


@dataclass(frozen=True)
class _Asked:
    """One line for one group of customers, as the statement takes it."""

    kind: str
    klass: str
    place: str
    level: int
    line: Line
    begin: date  # who had it on this day or later owes nothing
    spread: int
    period: Period | None


# Contacts that fulfil what is asked, `{of}` being who asks; `rules.fulfils` says the same.
FULFILS = """
{touch}.two_way and {touch}.reversed_at is null
and ({of.purpose} <> 'visit' or {touch}.channel = 'visit')
and ({of.purpose} <> 'review' or ({touch}.topic = 'review' and ({of.channels} = ''
     or {touch}.channel = any (string_to_array({of.channels}, ',')))))
and ({of.doer} = 'remote'
     or ({of.doer} = 'rm' and coalesce({person}.role, '') not in ('manager', 'leader'))
     or {person}.role = {of.doer} or ({of.doer} = 'manager' and {person}.role = 'leader')
     or ({touch}.beside_id is not null and exists (
         select 1 from core_person o where o.id = {touch}.beside_id
           and (o.role = {of.doer} or ({of.doer} = 'rm' and o.role not in ('manager', 'leader'))
                or ({of.doer} = 'manager' and o.role = 'leader')))))
"""


def fulfils(purpose: str, channels: str, doer: str, *, touch: str, person: str) -> str:
    """The condition under which a contact is what was asked for; all are SQL expressions."""
    asked = SimpleNamespace(purpose=purpose, channels=channels, doer=doer)
    return FULFILS.format(of=asked, touch=touch, person=person)


# Row security hides from the planner how many rows there are: the steps are laid down here.
OWED = f"""
with placed as materialized (
    select b.id as book_id, eu.place
    from core_book b
    join unnest(%(units)s::bigint[], %(unit_places)s::text[]) as eu(unit_id, place)
      on eu.unit_id = b.org_unit_id
    where b.owner_id is not null),
led as materialized (
    select c.id, c.kind, c.level, placed.place,
           case when c.kind = 'organization' then c.business_class else '' end as class,
           coalesce(c.since, (c.created_at at time zone %(zone)s)::date) as known
    from %(everybody)s c join placed on placed.book_id = c.book_id
    where c.state = 'active' and c.living and c.level = any (%(levels)s::int[])
      and not exists (select 1 from ({HOLDING}) h where h.customer_id = c.id)),
asked as materialized (
    select led.id, led.known, e.n, e.purpose, e.doer, e.channels, e.begin
    from led
    join unnest(%(ns)s::int[], %(kinds)s::text[], %(classes)s::text[], %(places)s::text[],
                %(levels)s::int[], %(purposes)s::text[], %(doers)s::text[],
                %(channels)s::text[], %(begins)s::date[], %(spreads)s::int[])
         as e(n, kind, class, place, level, purpose, doer, channels, begin, spread)
      on e.level = led.level and e.kind = led.kind and e.place = led.place
     and e.class = led.class
    where led.known < e.begin
      and e.begin + (led.id * 7919 %% e.spread)::int <= %(day)s)
select e.id, e.n, max((t.at at time zone %(zone)s)::date), min(e.known)
from asked e
left join (channels_touch t left join core_person p on p.id = t.person_id)
  on t.customer_id = e.id
 and {fulfils("e.purpose", "e.channels", "e.doer", touch="t", person="p")}
group by e.id, e.n, e.begin
having coalesce(max((t.at at time zone %(zone)s)::date), '-infinity') < e.begin
order by e.id, e.n
"""


def duties(matrix: Matrix, *, everybody: str, day: date) -> list[Duty]:
    """Visits, reviews and contacts of ranks that are open, by customer.

    `everybody` is a relation of all customers with their tier, as care's mornings have. The
    most frequent contact is left out: it is asked for by silence. Whoever came in the period
    owes nothing until the next, and nobody who is led to self-service is asked for.
    """
    asked = list(_asked(matrix, day))
    if not asked:
        return []
    units = list(OrgUnit.objects.order_by("pk").values_list("pk", "path"))
    parameters: dict[str, Any] = {
        "zone": str(core.time_zone()),
        "day": day,
        "units": [unit for unit, _path in units],
        "unit_places": [matrix.nearest(path) for _unit, path in units],
        "ns": list(range(len(asked))),
        "kinds": [each.kind for each in asked],
        "classes": [each.klass for each in asked],
        "places": [each.place for each in asked],
        "levels": [each.level for each in asked],
        "purposes": [each.line.purpose for each in asked],
        "doers": [each.line.doer for each in asked],
        "channels": [",".join(each.line.channels) for each in asked],
        "begins": [each.begin for each in asked],
        "spreads": [each.spread for each in asked],
    }
    with connection.cursor() as db:
        db.execute(OWED.replace("%(everybody)s", everybody), parameters)
        return [_duty(customer, asked[n], last, known) for customer, n, last, known in db]


def _asked(matrix: Matrix, day: date) -> list[_Asked]:
    places = ("", *matrix.units)
    return [
        _one(kind, klass, place, level, line, day)
        for kind in (PERSON, ORGANIZATION)
        for klass in ("", *(CLASSES if kind == ORGANIZATION else ()))
        for place in places
        for level in LEVELS
        for line in _lines(matrix, level, kind, place, klass)
    ]


def _lines(matrix: Matrix, level: int, kind: str, place: str, klass: str) -> list[Line]:
    standard = matrix.standard(level, kind=kind, unit=place, business_class=klass)
    often = [line for line in standard.of(Purpose.CONTACT) if line.by_people and line.interval]
    ranks = [line for line in often[1:] if line.doer != often[0].doer]
    found = [*standard.of(Purpose.VISIT), *standard.of(Purpose.REVIEW), *ranks]
    return [line for line in found if line.by_people and line.interval]


def _one(kind: str, klass: str, place: str, level: int, line: Line, day: date) -> _Asked:
    period = line.period(day)
    if period is None:
        begin = day - timedelta(days=line.days or 0)
        return _Asked(kind, klass, place, level, line, begin, 1, None)
    spread = max(1, int(period.days * SPREAD))
    return _Asked(kind, klass, place, level, line, period.first, spread, period)


def _duty(customer: int, asked: _Asked, last: date | None, known: date) -> Duty:
    since = last or known
    until = asked.period.last if asked.period else since + timedelta(days=asked.line.days or 0)
    return Duty(customer, asked.line, last, since, until, asked.period, asked.kind)

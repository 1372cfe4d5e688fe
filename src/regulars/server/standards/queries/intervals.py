"""How often people talk with each customer, for statements over everybody."""

from __future__ import annotations

from datetime import date
from typing import Any

from regulars.server.core.models import OrgUnit
from regulars.server.standards.queries.steering import HOLDING
from regulars.server.standards.rules import CLASSES, LEVELS, ORGANIZATION, PERSON, Matrix

# Joins `e.days` to rows that have `a.level` and the customer as `c`: the days within which
# somebody talks with them. Whom nobody calls in a rhythm, and who is led to self-service on
# %(day)s, is left out.
# The intervals are looked up for one customer after the other: joined as a table, the planner
# took them first and went through all customers once for each of them.
_EVERY = f"""
join lateral (select b.org_unit_id from core_book b where b.id = c.book_id limit 1) eb
  on {{level}} = any (%(levels)s::int[])
join unnest(%(units)s::bigint[], %(unit_places)s::text[]) as eu(unit_id, place)
  on eu.unit_id = eb.org_unit_id
join lateral (
    select i.days from unnest(%(kinds)s::text[], %(classes)s::text[], %(places)s::text[],
                              %(levels)s::int[], %(every)s::int[])
                       as i(kind, class, place, level, days)
    where i.level = {{level}} and i.kind = c.kind and i.place = eu.place
      and i.class = case when c.kind = 'organization' then c.business_class else '' end
    limit 1) e
  on true
 and not exists (select 1 from ({HOLDING}) h where h.customer_id = c.id)
"""


def every(level: str) -> str:
    """The joins that follow customers `c`; `level` is the column of their tier."""
    return _EVERY.format(level=level)


def intervals(matrix: Matrix, *, day: date) -> dict[str, Any] | None:
    """The parameters of `EVERY`; None where people talk with nobody in a rhythm."""
    places = ("", *matrix.units)
    rows = [
        (kind, klass, place, level, every)
        for kind in (PERSON, ORGANIZATION)
        for klass in ("", *(CLASSES if kind == ORGANIZATION else ()))
        for place in places
        for level in LEVELS
        if (
            every := matrix.standard(
                level, kind=kind, unit=place, business_class=klass
            ).contact_every
        )
    ]
    if not rows:
        return None
    kinds, classes, of, levels, every_days = map(list, zip(*rows, strict=True))
    units = list(OrgUnit.objects.order_by("pk").values_list("pk", "path"))
    return {
        "kinds": kinds,
        "classes": classes,
        "places": of,
        "levels": levels,
        "every": every_days,
        "units": [unit for unit, _path in units],
        "unit_places": [matrix.nearest(path) for _unit, path in units],
        "day": day,
    }

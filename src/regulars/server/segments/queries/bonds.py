"""How close the customers of some books are: from our contacts, and their business with us."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.db.backends.postgresql.psycopg_any import mogrify

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.scoring import queries as scoring
from regulars.server.segments.rules.bonds import ALIVE, BondRule

# Contacts of the longest span that a rule asks for are read once; who has none in it and
# came before it is forgotten, whenever the last one was.
_BONDS = """
select c.id, c.book_id as book, coalesce(s.value, 0) as value, s.stage, sp.last,
       case when (sp.last is null or sp.last < %(forgotten_from)s)
                 and coalesce(c.since, (c.created_at at time zone %(zone)s)::date)
                     < %(forgotten_from)s then 'forgotten'
            when sp.lately >= %(deep_contacts)s and s.stage = any (%(alive)s) then 'deep'
            else 'fair' end as bond
from customers_customer c
left join (
    select t.customer_id, count(*) filter (where t.at >= %(deep_at)s) as lately,
           (max(t.at) at time zone %(zone)s)::date as last
    from channels_touch t
    join customers_customer mine on mine.id = t.customer_id and mine.book_id = any (%(books)s)
         {mine}
    where t.two_way and t.reversed_at is null and t.at >= %(span_at)s
    group by t.customer_id) sp on sp.customer_id = c.id
left join scoring_score s on s.run_id = %(run)s and s.customer_id = c.id
where c.book_id = any (%(books)s) and c.state = 'active' and c.deceased_on is null {them}
"""
BONDS = _BONDS.format(mine="", them="")
# The same of the customers %(ids)s only.
BONDS_AMONG = _BONDS.format(mine="and mine.id = any (%(ids)s)", them="and c.id = any (%(ids)s)")


@dataclass(frozen=True)
class Written:
    """Rows of (owner, value) by a statement of our own, asked as a queryset is."""

    statement: str

    @property
    def query(self) -> Written:
        return self

    def sql_with_params(self) -> tuple[str, tuple[Any, ...]]:
        return self.statement.replace("%", "%%"), ()


def rule() -> BondRule:
    """What the company calls close and forgotten."""
    return BondRule.of(core.settings_of_company())


def parameters(books: Collection[int], today: date) -> dict[str, Any]:
    """The parameters of `BONDS`."""
    asked, run = rule(), scoring.current_run()
    forgotten = today - timedelta(days=asked.forgotten_days)
    deep = today - timedelta(days=asked.deep_days)
    return {
        "books": list(books),
        "run": run.pk if run else None,
        "zone": str(core.time_zone()),
        "forgotten_from": forgotten,
        "deep_at": deep,
        "span_at": min(forgotten, deep),
        "deep_contacts": asked.deep_contacts,
        "alive": list(ALIVE),
    }


def of_everybody(viewer: Person, today: date) -> Written:
    """Each of the viewer's customers with how close they are."""
    books = core.books(viewer).values_list("pk", flat=True)
    select = f"select id, bond from ({BONDS}) b"
    return Written(str(mogrify(select, parameters(books, today), connection)))

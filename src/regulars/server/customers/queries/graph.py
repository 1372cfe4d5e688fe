"""Whom a customer reaches through known ties: a walk of a few steps, bounded."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from django.db import connection

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.rules import Role, read_back

MOST_STEPS, MOST = 3, 200
# Of somebody with thousands of ties (an employer) so many are followed, each way.
BRANCHES = 60
LOOKED_AT = 4_000  # ties in one walk, those walked twice included

# Level by level: the limit stops PostgreSQL where it is, so the nearest come first.
WALK = """
with recursive walk(id, step, via, kind, back) as (
  select %(start)s::bigint, 0, null::bigint, ''::text, false
  union all
  select t.far, w.step + 1, w.id, t.kind, t.back
  from walk w cross join lateral (
    (select r.other_id as far, r.kind::text, false as back
     from (select other_id, kind from customers_relation
           where customer_id = w.id and until is null order by id limit %(branches)s) r
     join customers_customer c on c.id = r.other_id and {seen})
    union all
    (select r.customer_id, r.kind::text, true
     from (select customer_id, kind from customers_relation
           where other_id = w.id and until is null order by id limit %(branches)s) r
     join customers_customer c on c.id = r.customer_id and {seen})
  ) t
  where w.step < %(steps)s and t.far is distinct from w.via
)
select * from (
  select distinct on (id) id, step, via, kind, back
  from (select * from walk limit %(looked_at)s) found
  order by id, step
) nearest order by step, via nulls first, id limit %(most)s
"""
STANDING = "c.state not in ('merged', 'erased')"
IN_BOOKS = "c.book_id = any(%(books)s::bigint[])"


@dataclass(frozen=True)
class Node:
    """A customer in a network, and by which tie it was first reached."""

    customer: Customer
    step: int
    via: Customer | None  # None for the one in the middle
    role: Role | None  # what this one is to `via`


@dataclass(frozen=True)
class Network:
    """Who is reached within some steps, nearest first, the start left out.

    `cut` says that there are more than were followed.
    """

    start: Customer
    nodes: tuple[Node, ...]
    steps: int
    cut: bool

    def within(self, steps: int) -> list[int]:
        """Ids of the customers within so many steps."""
        return [node.customer.pk for node in self.nodes if node.step <= steps]

    @cached_property
    def counts(self) -> list[tuple[int, int]]:
        """How many customers lie within one step, two, ..."""
        return [(n, len(self.within(n))) for n in range(1, self.steps + 1)]


def network(viewer: Person, customer: Customer, *, steps: int = 2, most: int = MOST) -> Network:
    """Walk the standing ties from a customer through those whom the viewer may see."""
    steps, most = min(steps, MOST_STEPS), min(most, MOST)
    everything = viewer.scope.everything
    seen = STANDING if everything else f"{STANDING} and {IN_BOOKS}"
    with connection.cursor() as db:
        db.execute(
            WALK.format(seen=seen),
            {
                "start": customer.pk,
                "steps": steps,
                "branches": BRANCHES,
                "looked_at": LOOKED_AT,
                "most": most + 2,
                "books": list(viewer.scope.books),
            },
        )
        found = db.fetchall()
    rows, cut = [row for row in found if row[1] > 0], len(found) > most + 1
    known = Customer.objects.visible_to(viewer).in_bulk([row[0] for row in rows])
    known[customer.pk] = customer
    nodes = [
        Node(known[pk], step, known[via], read_back(kind) if back else Role(kind))
        for pk, step, via, kind, back in rows[:most]
        if pk in known and via in known
    ]
    return Network(customer, tuple(nodes), steps, cut)

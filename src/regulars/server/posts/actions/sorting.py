"""Every customer gets the first persona that fits."""

from __future__ import annotations

from datetime import datetime

from django.db import connection, transaction

from regulars.base.errors import RegularsError
from regulars.server.core.models import Person
from regulars.server.core.rules import EVERYBODY
from regulars.server.posts.models import Belonging, Persona
from regulars.server.posts.rules import first_that_fits
from regulars.server.segments import queries as segments

# Whoever moved keeps no trace of where they were; who stayed keeps since when.
KEEP = """
insert into posts_belonging (customer_id, persona_id, since)
select c.id, given.persona, %s from unnest(%s::bigint[], %s::bigint[]) given (customer, persona)
join customers_customer c on c.id = given.customer and c.state not in ('merged', 'erased')
order by c.id
on conflict (customer_id) do update set persona_id = excluded.persona_id, since = excluded.since
where posts_belonging.persona_id <> excluded.persona_id
"""
LEAVE = """
delete from posts_belonging b where not (b.customer_id = any (%s))
  or exists (select 1 from customers_customer c
             where c.id = b.customer_id and c.state in ('merged', 'erased'))
"""


@transaction.atomic
def sort(*, at: datetime) -> int:
    """Ask the segments of all personas anew; return how many customers belong to one.

    A persona whose segment cannot be asked keeps those it had, and says why.
    """
    with connection.cursor() as db:
        db.execute("select pg_advisory_xact_lock(hashtext('posts.sort'))")
    personas = Persona.objects.in_use().select_related("segment", "segment__owner")
    found = first_that_fits(
        (one.pk, _fitting(one, at=at)) for one in personas.order_by("order", "pk")
    )
    customers = sorted(found)
    with connection.cursor() as db:
        db.execute(LEAVE, [customers])
        db.execute(KEEP, [at, customers, [found[pk] for pk in customers]])
    return Belonging.objects.count()


def _fitting(persona: Persona, *, at: datetime) -> list[int]:
    trouble = ""
    try:
        with transaction.atomic():
            found = segments.members(_eyes(persona.segment.owner), persona.segment, at=at)
    except RegularsError as error:
        trouble = str(error)[:300]
        kept = persona.belongings.order_by("customer")
        found = list(kept.values_list("customer_id", flat=True))
    if trouble != persona.trouble:
        Persona.objects.filter(pk=persona.pk).update(trouble=trouble)
    return found


def _eyes(owner: Person) -> Person:
    """The segment's owner with eyes for everybody: belonging is kept for the whole company."""
    found = Person.objects.select_related("org_unit").get(pk=owner.pk)
    found.__dict__["scope"] = EVERYBODY
    return found

"""Complaints that arrived in files of events and are no case yet; for the system."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from regulars.server.care.queries.morning.statements import customers_of
from regulars.server.complaints.models import Case
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.facts import queries as facts

# What was older when it arrived is history, not work.
FRESH = timedelta(days=30)
KINDS = ("complaint_opened", "complaint")
SETTLED = "complaint_closed"


@dataclass(frozen=True)
class Arrived:
    """One complaint of a file."""

    customer: Customer
    reference: str
    at: datetime


def arrived(at: datetime) -> list[Arrived]:
    """What arrived lately, is not settled by a later event, and is no case yet."""
    table = lake.source(facts.living("events"), "events")
    kinds = ", ".join(lake.quote(kind) for kind in KINDS)
    since = (at - FRESH).astimezone(UTC).replace(tzinfo=None).isoformat(sep=" ")
    rows = lake.rows(
        f"select e.fact_key, coalesce(e.ref, ''), e.occurred_at from {table} e "
        f"where e.kind in ({kinds}) and e.occurred_at >= timestamp '{since}' "
        f"and not exists (select 1 from {table} u where u.fact_key = e.fact_key "
        f"and u.kind = {lake.quote(SETTLED)} and u.occurred_at > e.occurred_at "
        "and (coalesce(u.ref, '') = '' or coalesce(e.ref, '') in ('', u.ref))) "
        "order by e.occurred_at, 1, 2"
    )
    owners = customers_of({key for key, _ref, _at in rows})
    known = Customer.objects.select_related("book__org_unit").in_bulk(
        [owners[key] for key, _ref, _at in rows if key in owners]
    )
    found = [
        Arrived(known[owners[key]], ref[:60], moment.replace(tzinfo=UTC))
        for key, ref, moment in rows
        if owners.get(key) in known
    ]
    return [one for one in found if one.at <= at and not _is_known(one)]


def _is_known(one: Arrived) -> bool:
    """By its number, else by the very moment at which it came in."""
    same = Case.objects.filter(customer=one.customer)
    if one.reference:
        return Case.objects.filter(reference=one.reference).exists()
    return same.filter(received_at=one.at).exists()

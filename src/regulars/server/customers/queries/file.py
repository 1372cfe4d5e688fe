"""Find customers and their pseudonyms."""

from __future__ import annotations

from django.db import connection

from regulars.server.core.models import Person
from regulars.server.customers import rules
from regulars.server.customers.models import Customer, CustomerQuerySet


def customers(viewer: Person) -> CustomerQuerySet:
    """The customers whom the viewer may see, with their book."""
    found = Customer.objects.visible_to(viewer)
    return found.select_related("book", "book__owner", "book__backup", "book__org_unit")


def one(viewer: Person, public_id: str) -> Customer | None:
    """The customer behind an address, if the viewer may see it.

    The address of a merged file leads to the one that it went into.
    """
    found = customers(viewer).filter(public_id=public_id).first()
    if found is not None:
        return found
    into = Customer.objects.filter(public_id=public_id, state=Customer.State.MERGED)
    survivor = into.values_list("merged_into__public_id", flat=True).first()
    return one(viewer, survivor) if survivor else None


def find(viewer: Person, text: str, *, most: int = 50) -> list[int]:
    """Return ids of customers whose name, pinyin, number or phone tail matches.

    One function of the database reads the search table and applies the scope first.
    """
    asked = rules.wanted(text)
    if not asked:
        return []
    with connection.cursor() as db:
        db.execute("select regulars_search(%s::text[], %s)", [asked, most])
        found = [row[0] for row in db.fetchall()]
        tail = rules.phone_tail(text)
        if tail and len(found) < most:
            db.execute("select regulars_search(%s::text[], %s)", [[tail], most - len(found)])
            found += [row[0] for row in db.fetchall() if row[0] not in found]
    return found


def fact_keys(viewer: Person, customer: Customer) -> list[int]:
    """The pseudonyms under which the customer's facts lie."""
    return list(customer.fact_keys.order_by("pk").values_list("pk", flat=True))

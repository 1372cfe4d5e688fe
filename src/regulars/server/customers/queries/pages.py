"""The file page by page, for systems that keep a copy; and by many numbers at once."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import F
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.queries.file import customers


def changed(
    viewer: Person,
    *,
    since: datetime | None,
    number: str | None,
    after: tuple[datetime | None, int] | None,
    most: int,
) -> list[Customer]:
    """Customers behind a place in the list: by time of change with `since`, else by age."""
    found = customers(viewer).select_related("book__owner", "book__org_unit", "merged_into")
    if number is not None:
        found = found.filter(number=number)
    if since is None:
        rows = found.filter(pk__gt=after[1]) if after else found
        return list(rows.order_by("pk")[:most])
    found = found.filter(updated_at__gte=since)
    if after and after[0] is not None:
        # One comparison of pairs, which an index answers from the very place on.
        found = found.filter(TupleGreaterThan(Tuple("updated_at", "pk"), after))
    return list(found.order_by(F("updated_at").asc(), "pk")[:most])


def by_number(viewer: Person, numbers: Collection[str]) -> dict[str, Customer]:
    """The customers with some numbers, as far as the viewer may see them."""
    found = Customer.objects.visible_to(viewer).filter(number__in=list(numbers))
    return {each.number: each for each in found.order_by("pk")}

"""What customers prefer, and which tags are in use."""

from __future__ import annotations

from django.db.models import Count, F, Func, QuerySet

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Preference


def preferences(viewer: Person, customer: Customer) -> QuerySet[Preference]:
    """What holds now, newest first."""
    visible = Customer.objects.visible_to(viewer)
    found = Preference.objects.visible_to(viewer).standing()
    found = found.filter(customer=customer, customer__in=visible)
    return found.select_related("noted_by").order_by("topic", "-noted_on", "-pk")


def preference(viewer: Person, customer: Customer, public_id: str) -> Preference | None:
    return preferences(viewer, customer).filter(public_id=public_id).first()


def used_tags(viewer: Person, *, most: int = 30) -> list[str]:
    """The tags on files the viewer may see, the most used first."""
    tagged = Customer.objects.visible_to(viewer).standing().exclude(tags=[])
    each = tagged.annotate(tag=Func(F("tags"), function="unnest"))
    found = each.values("tag").annotate(n=Count("pk")).order_by("-n", "tag")[:most]
    return [row["tag"] for row in found]

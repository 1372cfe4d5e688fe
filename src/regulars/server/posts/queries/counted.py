"""Who belongs to which persona, and what became of an item's message."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Count

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Mailing
from regulars.server.outreach import queries as outreach
from regulars.server.posts.models import Aimed, Belonging, Item, Persona
from regulars.server.posts.queries.base import personas


@dataclass(frozen=True)
class Belongs:
    """A persona with the viewer's customers who belong to it."""

    persona: Persona
    customers: int


def belongs(viewer: Person) -> Sequence[Belongs]:
    """Every persona in its order, with how many customers belong to it."""
    found = Belonging.objects.visible_to(viewer).order_by().values("persona")
    counts = {row["persona"]: row["n"] for row in found.annotate(n=Count("pk"))}
    return [Belongs(one, counts.get(one.pk, 0)) for one in personas()]


def customers_of(
    viewer: Person, persona: Persona, *, after: int = 0, most: int = 50
) -> list[Belonging]:
    """The viewer's customers who belong to a persona."""
    found = Belonging.objects.visible_to(viewer).filter(persona=persona, pk__gt=after)
    return list(found.select_related("customer__book").order_by("pk")[:most])


def of_customer(viewer: Person, customer: Customer) -> Belonging | None:
    """The persona of a customer."""
    found = Belonging.objects.visible_to(viewer).filter(customer=customer)
    return found.select_related("persona").filter(persona__put_away_at__isnull=True).first()


def last_of(viewer: Person, customer: Customer) -> Item | None:
    """The newest item that was meant for a customer."""
    found = Aimed.objects.visible_to(viewer).filter(customer=customer)
    last = found.select_related("item").order_by("-day", "-pk").first()
    return last.item if last else None


def reached(item: Item) -> Mapping[str, int]:
    """What became of the message of an item, by state."""
    return Counter(outreach.outcome_of(f"post:{item.public_id}").values())


def mailing_of(item: Item) -> Mailing | None:
    """The mailing that carried an item."""
    return outreach.mailing_of(f"post:{item.public_id}")

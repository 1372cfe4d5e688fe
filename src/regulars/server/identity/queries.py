"""Reads of pairs and merges, for one viewer; values of files as a merge compares them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.identity import rules
from regulars.server.identity.models import Merge, MergeQuerySet, Pair, PairQuerySet

FIELDS = (
    *("id", "kind", "state", "number", "tags", "provenance"),
    *rules.CHOSEN,
    *rules.STRICTER,
)


def values(customer: Customer) -> dict[str, Any]:
    """The values of a file that a merge looks at."""
    return {name: getattr(customer, name) for name in FIELDS}


def plain(given: Mapping[str, Any]) -> dict[str, Any]:
    """The same as they come back from JSON, so that they can be compared with what was kept."""
    told: dict[str, Any] = json.loads(json.dumps(given, cls=DjangoJSONEncoder))
    return told


def typed(told: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a file out of JSON, each in the type of its field."""
    return {
        name: Customer._meta.get_field(name).to_python(value) for name, value in told.items()
    }


def pairs(viewer: Person, *, state: str = Pair.State.OPEN) -> PairQuerySet:
    """Pairs of which the viewer sees both, the likeliest first."""
    if not viewer.may(Permission.MERGE):
        return Pair.objects.none()
    found = Pair.objects.visible_to(viewer).filter(state=state)
    people = ("first", "second")
    return found.select_related(
        *people, *(f"{each}__book__{part}" for each in people for part in ("owner", "org_unit"))
    )


def pair(viewer: Person, public_id: str) -> Pair | None:
    if not viewer.may(Permission.MERGE):
        return None
    found = Pair.objects.visible_to(viewer).filter(public_id=public_id)
    return found.select_related("first__book__owner", "second__book__owner").first()


def pairs_of(viewer: Person, customer: Customer) -> PairQuerySet:
    """Open pairs that a customer is part of."""
    found = pairs(viewer)
    return found.filter(first=customer) | found.filter(second=customer)


def merges(viewer: Person) -> MergeQuerySet:
    """Merges of customers whom the viewer sees, newest first."""
    if not viewer.may(Permission.MERGE):
        return Merge.objects.none()
    found = Merge.objects.visible_to(viewer)
    return found.select_related("survivor", "loser", "merged_by", "undone_by")


def merge(viewer: Person, public_id: str) -> Merge | None:
    return merges(viewer).filter(public_id=public_id).first()


def merges_of(viewer: Person, customer: Customer) -> MergeQuerySet:
    """Merges that went into a customer and stand."""
    return merges(viewer).filter(survivor=customer, undone_at__isnull=True)

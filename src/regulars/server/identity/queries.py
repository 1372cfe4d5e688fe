"""Reads of pairs and merges, for one viewer; values of files as a merge compares them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import QuerySet

from regulars.server.core import custody
from regulars.server.core.models import Book, Job, Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import history
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
    fields = {field.name: field for field in Customer._meta.concrete_fields}
    return {name: fields[name].to_python(value) for name, value in told.items()}


def pairs(viewer: Person, *, state: str = Pair.State.OPEN) -> PairQuerySet:
    """Pairs of which the viewer sees both, the likeliest first."""
    if not viewer.may(Permission.MERGE):
        return Pair.objects.none()
    found = Pair.objects.visible_to(viewer).standing().filter(state=state)
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
    files = ("survivor__book__owner", "loser__book__owner")
    return found.select_related(*files, "merged_by", "undone_by")


def merge(viewer: Person, public_id: str) -> Merge | None:
    return merges(viewer).filter(public_id=public_id).first()


def merges_of(viewer: Person, customer: Customer) -> MergeQuerySet:
    """Merges that went into a customer and stand."""
    return merges(viewer).filter(survivor=customer, undone_at__isnull=True)


def others_within(made: Merge) -> QuerySet[Merge]:
    """The other merges into the same file that stand. Call it where everybody is seen."""
    standing = Merge.objects.filter(survivor=made.survivor_id, undone_at__isnull=True)
    return standing.exclude(pk=made.pk).order_by("pk")


def home(made: Merge, survivor: Customer, loser: Customer) -> Book:
    """The book into which the merged file would come out. Call it where everybody is seen."""
    found = rules.home(
        own=loser.book_id,
        then=history.book_at(survivor, made.merged_at),
        now=survivor.book_id,
        deserted=history.deserted(loser.book, made.merged_at),
    )
    return loser.book if found == loser.book_id else survivor.book


def search_under_way() -> Job | None:
    """The search that waits or runs, if one does."""
    waiting = (Job.State.WAITING, Job.State.RUNNING)
    return Job.objects.filter(kind="identity.search", state__in=waiting).first()


def last_search() -> Job | None:
    return Job.objects.filter(kind="identity.search", state=Job.State.DONE).first()


def rows_of(customer: Customer) -> dict[str, int]:
    """How many rows of each sort hang on a file, as far as the looking person sees them."""
    found: dict[str, int] = {}
    for rows in custody.all_rows():
        if rows.copied and not rows.model.__module__.startswith("regulars.server.identity"):
            count = rows.of(customer.pk).count()
            if count:
                found[str(rows.title)] = found.get(str(rows.title), 0) + count
    return found


def obstacle(pair: Pair) -> str:
    """What forbids to merge a pair, or ""."""
    return rules.obstacle(values(pair.first), values(pair.second))


def likely_survivor(pair: Pair) -> Customer:
    """The file that should stay: the fuller one, then the older."""
    first, second = pair.first, pair.second
    return second if rules.better(values(second), values(first)) else first


def moved(made: Merge) -> dict[str, int]:
    """How many rows of each sort a merge moved."""
    titles = {rows.key: str(rows.title) for rows in custody.all_rows()}
    found: dict[str, int] = {}
    for key, told in made.story.get("rows", {}).items():
        if key in titles and told["moved"]:
            found[titles[key]] = found.get(titles[key], 0) + len(told["moved"])
    return found

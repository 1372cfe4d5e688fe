"""What a hand-over would move, before it does; and whom somebody should look after."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from regulars.server.books import rules
from regulars.server.books.queries.holding import NOBODY, books, level_names
from regulars.server.books.rules import Split
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.tiers.models import Assignment, SchemeVersion


@dataclass(frozen=True)
class Share:
    """The customers that one book would take over: how many, and of which tiers."""

    book: Book
    customers: int
    tiers: tuple[tuple[str, int], ...]  # the highest first; "" for those in none


def planned(viewer: Person, book: Book, split: Split) -> list[Share]:
    """Who would take how many of whom over, the largest share first."""
    own = Customer.objects.visible_to(viewer).filter(book=book)
    ranked = Assignment.objects.standing().filter(customer__in=own)
    known = dict(ranked.values_list("customer", "level"))
    counted = [(key, known.get(key)) for key in own.values_list("pk", flat=True)]
    names = level_names()
    into = books(viewer).in_bulk(list(rules.shares(counted, split)))
    found = [
        Share(into[key], len(ids), _by_tier(Counter(known.get(one) or 0 for one in ids), names))
        for key, ids in rules.shares(counted, split).items()
    ]
    return sorted(found, key=lambda share: (-share.customers, share.book.pk))


def _by_tier(levels: Counter[int], names: dict[int, str]) -> tuple[tuple[str, int], ...]:
    return tuple((names.get(n, ""), levels[n]) for n in sorted(levels, reverse=True))


def lacking(viewer: Person, only: str = "") -> QuerySet[Assignment]:
    """Customers whom somebody should look after by their tier, and nobody does.

    `only` narrows them to one tier, as "scheme:tier".
    """
    led = Q(pk__in=[])
    for version in SchemeVersion.objects.leading():
        codes = [tier["code"] for tier in version.tiers if tier.get("lead")]
        if only:
            codes = [code for code in codes if f"{version.scheme.code}:{code}" == only]
        led |= Q(scheme=version.scheme_id, tier__in=codes)
    found = Assignment.objects.standing().filter(
        led, NOBODY, customer__in=Customer.objects.visible_to(viewer)
    )
    return found.select_related("customer__book__org_unit", "scheme").order_by(
        "-value", "customer"
    )

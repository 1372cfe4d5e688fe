"""Reads of contacts, for one viewer; and set-wise ones for the system's own runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import F, Max, Window
from django.db.models.functions import RowNumber

from regulars.server.channels.models import Touch, TouchQuerySet
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

BATCH = 20_000


@dataclass(frozen=True)
class ScoredTouch:
    """A contact as the engine counts it: no words, no names."""

    customer_id: int
    at: datetime
    channel: str
    direction: str  # "in" or "out"
    two_way: bool
    outcome: str


def touches(
    viewer: Person,
    customer: Customer,
    *,
    before: datetime | None = None,
    most: int | None = None,
) -> TouchQuerySet:
    """The standing contacts with one customer, newest first, strictly before `before`."""
    found = Touch.objects.visible_to(viewer).standing().filter(customer=customer)
    if before is not None:
        found = found.filter(at__lt=before)
    found = found.select_related("person").order_by("-at", "-pk")
    return found[:most] if most is not None else found


def contact(viewer: Person, public_id: str) -> Touch | None:
    """One contact with a customer whom the viewer sees, taken back or not."""
    found = Touch.objects.visible_to(viewer)
    return found.filter(public_id=public_id).first()


def last_interactions(ids: Iterable[int]) -> dict[int, datetime]:
    """When each of these customers last answered; those who never did are absent."""
    found = (
        Touch.objects.standing()
        .filter(customer__in=list(ids), two_way=True)
        .order_by()
        .values_list("customer_id")
        .annotate(last=Max("at"))
    )
    return dict(found)


def last_words(viewer: Person, ids: Iterable[int]) -> dict[int, Touch]:
    """The newest contact with something written down, for each of these customers."""
    found = (
        Touch.objects.visible_to(viewer)
        .standing()
        .filter(customer__in=list(ids))
        .exclude(note="", need="")
        .order_by("customer_id", "-at", "-pk")
        .distinct("customer_id")
    )
    return {touch.customer_id: touch for touch in found}


def last_ways(viewer: Person, ids: Iterable[int], *, most: int) -> dict[int, list[str]]:
    """By which ways each of these customers was contacted last, the newest first."""
    place = Window(
        RowNumber(), partition_by=F("customer_id"), order_by=[F("at").desc(), F("pk").desc()]
    )
    found = (
        Touch.objects.visible_to(viewer)
        .standing()
        .filter(customer__in=list(ids), inbound=False)
        .annotate(place=place)
        .filter(place__lte=most)
        .order_by("customer_id", "place")
    )
    ways: dict[int, list[str]] = {}
    for customer, channel in found.values_list("customer_id", "channel"):
        ways.setdefault(customer, []).append(channel)
    return ways


def touches_for_scoring(until: datetime) -> Iterator[ScoredTouch]:
    """Everybody's standing contacts before a moment, by customer; for the system's runs."""
    with connection.cursor() as db:
        db.execute(
            """
            select customer_id, at, channel, case when inbound then 'in' else 'out' end,
                   two_way, outcome
            from channels_touch where reversed_at is null and at < %s
            order by customer_id, at, id
            """,
            [until],
        )
        while rows := db.fetchmany(BATCH):
            for row in rows:
                yield ScoredTouch(*row)

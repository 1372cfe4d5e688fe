"""Who referred most, and who of them is an advocate."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import OfEither, Referral
from regulars.server.referrals.queries.spans import begin, cohort, values_of
from regulars.server.voice.models import Loop

State = Referral.State
TOP = 20


@dataclass(frozen=True)
class Top:
    """One referrer: how many came, how many stayed, what these are worth by themselves."""

    customer: Customer
    referred: int
    joined: int
    value: Decimal
    is_promoter: bool


def advocates(viewer: Person, at: datetime) -> list[Top]:
    """Promoters of the last year who referred somebody in it, the most first."""
    valid = cohort(viewer, begin(at, 12)).exclude(state=State.REFUSED)
    return [one for one in _tops(viewer, valid, at) if one.is_promoter]


def top(viewer: Person, valid: OfEither[Referral], at: datetime) -> tuple[Top, ...]:
    return tuple(_tops(viewer, valid, at)[:TOP])


def _tops(viewer: Person, valid: OfEither[Referral], at: datetime) -> list[Top]:
    referred: Counter[int] = Counter()
    came: Counter[int] = Counter()
    joined: dict[int, set[int]] = defaultdict(set)
    rows = valid.exclude(referrer=None).values_list("referrer", "friend", "joined_on", "state")
    for referrer, friend, on, state in rows:
        referred[referrer] += 1
        if on is not None and state != State.LOST:
            came[referrer] += 1
            joined[referrer] |= {friend} - {None}  # erased ones came, and have no value
    known = Customer.objects.visible_to(viewer).select_related("book__owner").in_bulk(referred)
    values = values_of(viewer, {pk for friends in joined.values() for pk in friends})
    promoters = set(
        Loop.objects.visible_to(viewer)
        .filter(kind=Loop.Kind.PROMOTER, customer__in=known, opened_at__gte=_year(at))
        .values_list("customer", flat=True)
    )
    found = [
        Top(
            customer, referred[pk], came[pk],
            sum((values.get(one, Decimal()) for one in joined[pk]), Decimal()),
            pk in promoters,
        )
        for pk, customer in known.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: (-one.joined, -one.referred, one.customer.pk))


def _year(at: datetime) -> datetime:
    day = begin(at, 12)
    return datetime(day.year, day.month, day.day, tzinfo=core.time_zone())

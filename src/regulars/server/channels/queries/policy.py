"""What a decision reads: the customer, the words, the contacts that count, the lists."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from regulars.server.channels.models import Decision, DecisionQuerySet, Suppression, Touch
from regulars.server.channels.queries.consents import latest
from regulars.server.channels.queries.holds import held
from regulars.server.channels.queries.packs import company_policy, pack_for
from regulars.server.channels.rules import addresses
from regulars.server.channels.rules.policy import LONGEST, Ask, Context, Known, Word
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import measuring
from regulars.server.experiments import queries as experiments


def context(customer: Customer, ask: Ask) -> Context:
    """Everything that a decision on this customer needs, at the moment it asks about."""
    rules = company_policy(on=core.local_date(ask.at))
    if ask.level is None:
        ask = replace(ask, level=level(customer))
    if not ask.holdout and experiments.held_out(customer.pk, on=core.local_date(ask.at)):
        ask = replace(ask, holdout=True)
    return Context(
        ask=ask,
        known=known(customer, at=ask.at),
        pack=pack_for(customer.country, rules),
        policy=rules,
        touched=touched(customer, at=ask.at),
    )


def level(customer: Customer) -> int | None:
    """The level of the customer's tier, 5 the best; None without one."""
    with connection.cursor() as db:
        db.execute(
            f"select level from ({measuring.levels()}) l where customer_id = %s", [customer.pk]
        )
        found = db.fetchone()
    return int(found[0]) if found and found[0] else None


def known(customer: Customer, *, at: datetime) -> Known:
    consents = {
        key: Word(stands.standing, stands.entry.source if stands.entry else "")
        for key, stands in latest(customer.pk, at=at).items()
    }
    return Known(
        zone=zone_of(customer),
        state=customer.state,
        is_person=not customer.is_organization,
        deceased=customer.deceased_on is not None,
        legal_block=customer.legal_block,
        do_not_contact=customer.do_not_contact,
        no_profiling=customer.no_profiling,
        born=customer.birth_date,
        blocked=frozenset(customer.blocked_channels),
        reachable=reachable(customer),
        listed=listed(customer),
        risk=customer.risk_tolerance,
        on_hold=customer.pk in held([customer.pk]),
        consents=consents,
    )


def zone_of(customer: Customer) -> ZoneInfo:
    """The customer's clock; the company's where none is on file or it is unknown."""
    if customer.time_zone:
        try:
            return ZoneInfo(customer.time_zone)
        except (ZoneInfoNotFoundError, ValueError):
            pass  # an unreadable zone is as good as none
    return core.time_zone()


def reachable(customer: Customer) -> frozenset[str]:
    ways = {"visit", "wecom"}
    if customer.phone:
        ways |= {"call", "sms"}
    if customer.email:
        ways.add("email")
    return frozenset(ways)


def listed(customer: Customer) -> frozenset[str]:
    """The ways whose address is on the do-not-contact list."""
    keys = keys_of(customer)
    if not keys:
        return frozenset()
    wanted = Q()
    for kind, key in keys.items():
        wanted |= Q(kind=kind, key=key)
    kinds = set(
        Suppression.objects.filter(wanted, lifted_at__isnull=True).values_list(
            "kind", flat=True
        )
    )
    return frozenset(way for way, kind in addresses.ADDRESS_OF.items() if kind in kinds)


def keys_of(customer: Customer) -> dict[str, str]:
    """The keyed hashes of a customer's addresses, by kind."""
    found = {}
    for value in (customer.phone, customer.email):
        try:
            kind, plain = addresses.plainly(value) if value else ("", "")
        except addresses.Unreadable:
            continue
        if kind:
            found[kind] = addresses.key(kind, plain, secret=list_secret())
    return found


def list_secret() -> str:
    """The installation's own secret for the list: the hashes mean nothing elsewhere."""
    return str(settings.HOME.secret("do-not-contact"))


def touched(customer: Customer, *, at: datetime) -> tuple[datetime, ...]:
    """Contacts that count in the caps near a moment, and what is held for those to come.

    Everything that went out counts, calls and visits too; service does not.
    """
    near = (at - LONGEST, at + LONGEST)
    went = Touch.objects.standing().filter(customer=customer, inbound=False, at__range=near)
    went = went.exclude(purpose="service").order_by("at")
    held = Decision.objects.filter(
        customer=customer, allowed=True, touch__isnull=True, at__range=near
    ).exclude(purpose="service")
    held = held.filter(Q(begun_at__isnull=False) | Q(holds_until__gt=at)).order_by("at")
    moments = [*went.values_list("at", flat=True), *held.values_list("at", flat=True)]
    return tuple(sorted(moments))


def decisions(viewer: Person, customer: Customer, *, most: int = 10) -> DecisionQuerySet:
    """The last answers about one customer."""
    return Decision.objects.visible_to(viewer).filter(customer=customer).order_by("-pk")[:most]


def suppressions() -> QuerySet[Suppression]:
    """The list as it stands, the newest first."""
    return Suppression.objects.filter(lifted_at__isnull=True).order_by("-at", "-pk")


def known_keys(keys: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these hashed addresses are listed already."""
    wanted = [key for _kind, key in keys]
    found = suppressions().filter(key__in=wanted).values_list("kind", "key")
    return set(found)


def suppression(pk: int) -> Suppression | None:
    return suppressions().filter(pk=pk).first()

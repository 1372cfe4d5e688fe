"""What a decision reads: the customer, the words, the contacts that count, the lists."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.db import connection
from django.db.models import Q, QuerySet

from regulars.server.channels.models import Decision, DecisionQuerySet, Suppression, Touch
from regulars.server.channels.queries.consents import Stands, latest_of
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
    return contexts([customer], ask)[customer.pk]


def contexts(customers: Sequence[Customer], ask: Ask) -> dict[int, Context]:
    """The same for many of whom one thing is asked: a few queries, however many they are."""
    rules = company_policy(on=core.local_date(ask.at))
    ids = [customer.pk for customer in customers]
    packs = {one: pack_for(one, rules) for one in {c.country for c in customers}}
    touched = touches_near(ids, at=ask.at)
    known = _known(customers, at=ask.at)
    levels = levels_of(ids) if ask.level is None else {}
    spared = experiments.held_out_among(ids, on=core.local_date(ask.at))
    return {
        customer.pk: Context(
            ask=replace(
                ask,
                level=levels.get(customer.pk) if ask.level is None else ask.level,
                holdout=ask.holdout or customer.pk in spared,
            ),
            known=known[customer.pk],
            pack=packs[customer.country],
            policy=rules,
            touched=touched.get(customer.pk, ()),
        )
        for customer in customers
    }


def level(customer: Customer) -> int | None:
    """The level of the customer's tier, 5 the best; None without one."""
    return levels_of([customer.pk]).get(customer.pk)


def levels_of(customers: Sequence[int]) -> dict[int, int]:
    """The levels of many; who has none is left out."""
    with connection.cursor() as db:
        db.execute(
            f"select customer_id, level from ({measuring.levels()}) l "
            "where customer_id = any(%s)",
            [list(customers)],
        )
        return {customer: int(found) for customer, found in db.fetchall() if found}


def _known(customers: Sequence[Customer], *, at: datetime) -> dict[int, Known]:
    ids = [customer.pk for customer in customers]
    said = latest_of(ids, at=at)
    waiting, away = held(ids), listed_of(customers)
    return {
        customer.pk: Known(
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
            listed=away.get(customer.pk, frozenset()),
            risk=customer.risk_tolerance,
            on_hold=customer.pk in waiting,
            consents={key: _word(one) for key, one in said.get(customer.pk, {}).items()},
        )
        for customer in customers
    }


def _word(stands: Stands) -> Word:
    return Word(stands.standing, stands.entry.source if stands.entry else "")


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


def listed_of(customers: Sequence[Customer]) -> dict[int, frozenset[str]]:
    """By customer the ways whose address is on the do-not-contact list."""
    keys = {customer.pk: keys_of(customer) for customer in customers}
    wanted = {key for each in keys.values() for key in each.values()}
    if not wanted:
        return {}
    there = set(
        Suppression.objects.filter(key__in=wanted, lifted_at__isnull=True).values_list(
            "kind", "key"
        )
    )
    return {
        one: frozenset(
            way for way, kind in addresses.ADDRESS_OF.items() if (kind, each.get(kind)) in there
        )
        for one, each in keys.items()
    }


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


def touches_near(customers: Sequence[int], *, at: datetime) -> dict[int, tuple[datetime, ...]]:
    """Contacts that count in the caps near a moment, and what is held for those to come.

    Everything that went out counts, calls and visits too; service does not.
    """
    near = (at - LONGEST, at + LONGEST)
    went = Touch.objects.standing().filter(
        customer__in=customers, inbound=False, at__range=near
    )
    went = went.exclude(purpose="service").order_by()
    held = Decision.objects.filter(
        customer__in=customers, allowed=True, touch__isnull=True, at__range=near
    ).exclude(purpose="service")
    held = held.filter(Q(begun_at__isnull=False) | Q(holds_until__gt=at)).order_by()
    # One statement sees one moment: between two, a message that was held could become a
    # contact and be in neither.
    both = went.values_list("customer", "at").union(
        held.values_list("customer", "at"), all=True
    )
    found: dict[int, list[datetime]] = {}
    for customer, moment in both:
        found.setdefault(customer, []).append(moment)
    return {customer: tuple(sorted(moments)) for customer, moments in found.items()}


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

"""How complete and how fresh one file is, and what other sources say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from regulars.server.core.models import Person
from regulars.server.core.queries import settings_of_company
from regulars.server.customers.models import Customer, Relation, SeenValue
from regulars.server.customers.models.seen import SeenValueQuerySet
from regulars.server.customers.queries import measuring
from regulars.server.customers.rules import quality

CONTACTS = ("contact_person", "key_person")


@dataclass(frozen=True)
class FileQuality:
    """One file against what it is asked for."""

    share: int | None
    missing: tuple[str, ...]  # codes of parts, the weightiest first
    confirmed_at: datetime | None
    stale_after: int  # days, by the tier
    stale: bool


def of(viewer: Person, customer: Customer, at: datetime) -> FileQuality | None:
    """Judge one file; None where nothing is asked any more."""
    if not Customer.objects.visible_to(viewer).standing().filter(pk=customer.pk).exists():
        return None
    settings = settings_of_company()
    level = level_of(customer)
    parts = quality.asked(settings)[customer.kind]
    days = quality.stale_after(settings)[level]
    values = {name: getattr(customer, name) for name in _columns()}
    if customer.is_organization:
        values["contact_person"] = _has_contact(customer)
    return FileQuality(
        share=quality.completeness(values, parts, level),
        missing=tuple(quality.missing(values, parts, level)),
        confirmed_at=customer.confirmed_at,
        stale_after=days,
        stale=quality.is_stale(customer.confirmed_at, days, at),
    )


def seen_values(viewer: Person, customer: Customer) -> SeenValueQuerySet:
    """What other sources say of a customer, by field, the strongest source first."""
    found = SeenValue.objects.visible_to(viewer).filter(
        customer=customer, customer__in=Customer.objects.visible_to(viewer)
    )
    return found.order_by("field", "rank")


def seen_value(viewer: Person, customer: Customer, key: int) -> SeenValue | None:
    return seen_values(viewer, customer).filter(pk=key).first()


def level_of(customer: Customer) -> int:
    """The level of the customer's tier; 0 without one."""
    with connection.cursor() as db:
        db.execute(
            f"select level from ({measuring.levels()}) l where customer_id = %s", [customer.pk]
        )
        found = db.fetchone()
    return int(found[0]) if found else quality.UNTIERED


def _columns() -> list[str]:
    return [name for columns in quality.COLUMNS.values() for name in columns]


def _has_contact(customer: Customer) -> bool:
    ties = Relation.objects.filter(kind__in=CONTACTS, until__isnull=True)
    return ties.filter(customer=customer).exists() or ties.filter(other=customer).exists()

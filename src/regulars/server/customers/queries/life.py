"""Events of customers' lives, and the actions that wait for their day."""

from __future__ import annotations

from datetime import date

from regulars.server.core.models import Person
from regulars.server.customers import rules
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.customers.rules import Hint


def life_events(viewer: Person, customer: Customer, *, most: int = 50) -> list[LifeEvent]:
    """What is known of a customer's life: what waits first, then the newest."""
    visible = Customer.objects.visible_to(viewer)
    found = LifeEvent.objects.visible_to(viewer).filter(customer=customer, customer__in=visible)
    found = found.select_related("owner", "noted_by").order_by("-happens_on", "-pk")
    waiting = sorted(
        (event for event in found[:most] if event.due_on and not event.done_at),
        key=lambda event: event.due_on or event.happens_on,
    )
    return [*waiting, *(event for event in found[:most] if event not in waiting)]


def life_event(viewer: Person, customer: Customer, public_id: str) -> LifeEvent | None:
    visible = Customer.objects.visible_to(viewer)
    found = LifeEvent.objects.visible_to(viewer).filter(
        customer=customer, customer__in=visible, public_id=public_id
    )
    return found.first()


def hints(customer: Customer, events: list[LifeEvent], *, today: date) -> list[Hint]:
    """What the file lets us expect and nobody has noted."""
    return rules.hints(
        is_organization=customer.is_organization,
        born=customer.birth_date,
        since=customer.since,
        today=today,
        known={event.evidence for event in events},
    )

"""Reads of webhooks and deliveries, for those who administer."""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings
from django.db.models import Count, Max, Q, QuerySet

from regulars.server.core.models import Delivery, Person, Webhook
from regulars.server.core.rules import Permission


def webhooks(viewer: Person) -> QuerySet[Webhook]:
    """All receivers, with how many events wait, and the last that arrived."""
    if not viewer.may(Permission.ADMINISTER):
        return Webhook.objects.none()
    state = Delivery.State
    return Webhook.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state=state.WAITING)),
        dead=Count("deliveries", filter=Q(deliveries__state=state.DEAD)),
        arrived_at=Max("deliveries__ended_at", filter=Q(deliveries__state=state.DELIVERED)),
    ).order_by("pk")


def webhook(viewer: Person, public_id: str) -> Webhook | None:
    return webhooks(viewer).filter(public_id=public_id).first()


def deliveries(viewer: Person, webhook: Webhook, *, state: str = "") -> QuerySet[Delivery]:
    """What goes to a receiver, newest first; `state` leaves the others out."""
    if not viewer.may(Permission.ADMINISTER):
        return Delivery.objects.none()
    found = Delivery.objects.filter(webhook=webhook).select_related("event").order_by("-pk")
    return found.filter(state=state) if state in Delivery.State.values else found


def delivery(viewer: Person, webhook: Webhook, public_id: str) -> Delivery | None:
    return deliveries(viewer, webhook).filter(public_id=public_id).first()


def allowed_hosts() -> Collection[str]:
    """The hosts that events may go to; none while webhooks are off."""
    return list(settings.WEBHOOK_HOSTS)

"""Messages that wait for a manager, as they and those who lead them see them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from regulars.server.core.models import Person
from regulars.server.outreach.models import Confirmation

State = Confirmation.State


def waiting(viewer: Person, at: datetime) -> QuerySet[Confirmation]:
    """What waits, of customers whom the viewer sees: what ends first comes first."""
    found = Confirmation.objects.visible_to(viewer).filter(
        state=State.WAITING, reach__mailing__state="running",
        reach__mailing__valid_until__gt=at,
    )  # fmt: skip
    about = ("customer__book__owner", "reach__mailing__line")
    return found.select_related(*about).order_by("reach__mailing__valid_until", "pk")


def own(viewer: Person, at: datetime) -> QuerySet[Confirmation]:
    """Of these, what is the viewer's to decide: of books they own or stand in for."""
    return waiting(viewer, at).filter(
        Q(customer__book__owner=viewer) | Q(customer__book__backup=viewer)
    )


def count_waiting(viewer: Person, at: datetime) -> int:
    return own(viewer, at).count()


def one(viewer: Person, public_id: str) -> Confirmation | None:
    found = Confirmation.objects.visible_to(viewer).filter(public_id=public_id)
    return found.select_related("customer__book", "reach__mailing__line").first()


def decided(viewer: Person, *, most: int = 20) -> list[Confirmation]:
    """The last ones that somebody decided, or nobody in time."""
    found = Confirmation.objects.visible_to(viewer).exclude(state=State.WAITING)
    about = ("customer", "reach__mailing", "decided_by")
    return list(found.select_related(*about).order_by("-decided_at", "-pk")[:most])

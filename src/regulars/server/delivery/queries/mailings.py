"""Mailings and where their messages stand."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from regulars.server.core.models import Person
from regulars.server.delivery.models import Delivery, Line, Mailing


def running(line: Line, at: datetime) -> list[Mailing]:
    """What may be sent by a line now, urgent ones first."""
    found = Mailing.objects.filter(
        line=line, state=Mailing.State.RUNNING, not_before__lte=at, valid_until__gt=at
    )
    return list(found.order_by("-urgent", "not_before", "pk"))


def count_unknown() -> int:
    """How many messages wait for somebody who says what became of them."""
    return Delivery.objects.filter(state=Delivery.State.UNKNOWN).count()


def unknown(viewer: Person) -> QuerySet[Delivery]:
    """Messages of which nobody saw the end, the newest first."""
    found = Delivery.objects.visible_to(viewer).filter(state=Delivery.State.UNKNOWN)
    return found.select_related("mailing", "mailing__line", "customer").order_by("-pk")

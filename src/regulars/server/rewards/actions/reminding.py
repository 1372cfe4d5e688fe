"""A contact about points that end: the customer was told of them, and nobody tells it twice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from regulars.server.channels.models import Touch
from regulars.server.core.audit import Actor
from regulars.server.loyalty import actions as loyalty
from regulars.server.loyalty import queries as reads


def told_of_points(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """The customer answered a contact whose reasons were points that end."""
    if touch.customer is not None:
        days = reads.days_of(cycles)
        loyalty.tell(touch.customer, days, by=by, at=at, way=touch.channel)


def untold_of_points(
    cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime
) -> None:
    """The contact was taken back."""
    loyalty.untell(reads.days_of(cycles), told_at=done_at, by=by, at=at)

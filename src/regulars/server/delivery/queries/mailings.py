"""Mailings and where their messages stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Count, QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.delivery.kinds import Allowance
from regulars.server.delivery.models import Delivery, Line, Mailing

State = Delivery.State
# A task that waits for the employee counts: it goes when they confirm.
COUNTED = (
    State.BEGUN, State.CREATED, State.SENT, State.DELIVERED, State.UNKNOWN, State.LIMITED,
)  # fmt: skip
# An employee who has not confirmed after so long will not.
CONFIRMED_WITHIN = timedelta(days=7)


def running(line: Line, at: datetime) -> list[Mailing]:
    """What may be sent by a line now, urgent ones first."""
    found = Mailing.objects.filter(
        line=line, state=Mailing.State.RUNNING, not_before__lte=at, valid_until__gt=at
    )
    return list(found.order_by("-urgent", "not_before", "pk"))


def full(line: int, customers: Collection[int], allowance: Allowance) -> set[int]:
    """Those of some customers who had all that the provider allows in its span of days.

    Two senders at once may not know of each other: the provider has the last word.
    """
    begun = Delivery.objects.filter(
        mailing__line=line, customer__in=customers, state__in=COUNTED,
        begun_at__gte=core.midnight(allowance.start),
        begun_at__lt=core.midnight(allowance.stop),
    )  # fmt: skip
    had = begun.order_by().values_list("customer").annotate(n=Count("pk"))
    return set(had.filter(n__gte=allowance.messages).values_list("customer", flat=True))


def to_confirm(mailing: Mailing, at: datetime) -> list[str]:
    """The provider's names of what an employee must confirm; an old one nobody will."""
    found = Delivery.objects.filter(
        mailing=mailing, state=State.CREATED, begun_at__gt=at - CONFIRMED_WITHIN
    )
    named = found.exclude(provider_id="").order_by("provider_id")
    return list(named.values_list("provider_id", flat=True))


def count_unknown() -> int:
    """How many messages wait for somebody who says what became of them."""
    return Delivery.objects.filter(state=Delivery.State.UNKNOWN).count()


def unknown(viewer: Person) -> QuerySet[Delivery]:
    """Messages of which nobody saw the end, the newest first."""
    found = Delivery.objects.visible_to(viewer).filter(state=Delivery.State.UNKNOWN)
    return found.select_related("mailing", "mailing__line", "customer").order_by("-pk")

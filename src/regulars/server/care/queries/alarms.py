"""Reasons that were left lying or are settled, for what somebody must know of."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from regulars.server.care.models import Task
from regulars.server.scoring.models import Score


def left_lying(day: date, triggers: Collection[str]) -> list[Task]:
    """Open reasons whose day is over."""
    found = Task.objects.filter(
        state=Task.State.OPEN, trigger__in=triggers, due_on__lt=day
    ).order_by("pk")
    return list(found)


def done(triggers: Collection[str], customers: Collection[int]) -> list[tuple[str, int, str]]:
    """Trigger, customer and cycle of the reasons of some customers that were dealt with."""
    found = Task.objects.filter(
        state=Task.State.DONE, trigger__in=triggers, customer__in=customers
    )
    return list(found.order_by("pk").values_list("trigger", "customer_id", "cycle"))


def awake(customers: Collection[int]) -> set[int]:
    """Which of some customers are not asleep by the current scores."""
    found = Score.objects.filter(run__is_current=True, customer__in=customers)
    rows = found.exclude(stage__in=("dormant", "lost"))
    return set(rows.values_list("customer_id", flat=True))

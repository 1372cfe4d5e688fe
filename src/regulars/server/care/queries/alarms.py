"""Reasons that were left lying or are settled, for what somebody must know of."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date

from django.db.models import Case, Exists, Func, OuterRef, TextField, Value, When
from django.db.models.functions import Cast, Concat

from regulars.server.alerts.models import Alert
from regulars.server.care.models import Task
from regulars.server.scoring.models import Score


def left_lying(day: date, kinds: Mapping[str, str]) -> list[Task]:
    """Open reasons whose day is over and that were never raised; trigger -> kind of alert.

    An alert of each stays on file for ever, so a morning reads yesterday's and not all.
    """
    kind = Case(*(When(trigger=trigger, then=Value(name)) for trigger, name in kinds.items()))
    cycle = Func("cycle", Value(":"), Value(1), function="split_part", output_field=TextField())
    named = Concat(
        kind, Value(":"), Cast("customer_id", TextField()), Value(":"), cycle,
        output_field=TextField(),
    )  # fmt: skip
    found = Task.objects.filter(state=Task.State.OPEN, trigger__in=kinds, due_on__lt=day)
    raised = Alert.objects.filter(key=OuterRef("named"))
    return list(found.annotate(named=named).exclude(Exists(raised)).order_by("pk"))


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

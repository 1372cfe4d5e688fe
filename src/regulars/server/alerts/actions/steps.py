"""Steps: what happened to an alert is added, never changed."""

from __future__ import annotations

from datetime import datetime

from regulars.server.alerts.models import Alert, Step
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person


def add_step(
    alert: Alert,
    what: Step.What,
    *,
    by: Actor,
    to: int | None,
    at: datetime,
    note: str = "",
) -> None:
    """Keep one step that a person took."""
    step = step_of(alert, what, to=to, at=at, note=note)
    step.by = by if isinstance(by, Person) else None
    step.save()


def step_of(
    alert: Alert,
    what: Step.What,
    *,
    at: datetime,
    to: int | None = None,
    why: str = "",
    note: str = "",
) -> Step:
    """Make one step, not kept yet, with the clock that runs from it."""
    return Step(
        alert=alert,
        customer_id=alert.customer_id,
        what=what,
        why=why,
        at=at,
        to_id=to,
        due_at=None if what == Step.What.CLOSED else alert.due_at,
        note=note[:500],
    )

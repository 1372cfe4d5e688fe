"""A contact did the next step of an opportunity, and is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from regulars.server.channels.models import Touch
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import Opportunity


@transaction.atomic
def do_steps(cycles: Iterable[str], *, touch: Touch, by: Actor, at: datetime) -> None:
    """The steps that these reasons are about are done.

    What was agreed on with the contact, with its day, becomes the next step.
    """
    for found, on in _steps(cycles):
        if found.is_open and found.next_on and found.next_on.isoformat() == on:
            finish(found, at=at)
            if touch.next_on and touch.next_words:
                found.next_step, found.next_on = str(touch.next_words)[:200], touch.next_on
            found.save()
            audit.record("opportunities.step_done", found, by=by, at=at)


@transaction.atomic
def reopen_steps(cycles: Iterable[str], *, done_at: datetime, by: Actor, at: datetime) -> None:
    """The contact that did them was taken back: what it had done is open again."""
    for found, on in _steps(cycles):
        same = found.last_on is not None and found.last_on.isoformat() == on
        if found.is_open and same and found.done_at == done_at:
            found.next_step, found.next_on = found.last_step, found.last_on
            found.last_step, found.last_on, found.done_at = "", None, None
            found.save()
            audit.record("opportunities.next", found, by=by, at=at, on=on)


def finish(found: Opportunity, *, at: datetime) -> None:
    """Keep the step as the last one done; nothing is planned then. The caller saves."""
    found.last_step, found.last_on, found.done_at = found.next_step, found.next_on, at
    found.next_step, found.next_on = "", None


def _steps(cycles: Iterable[str]) -> Iterable[tuple[Opportunity, str]]:
    """The opportunities whose next step reasons are about, with the day: "next:12:2026-12-02".

    A proposal that ends is another matter: a talk gives it no answer.
    """
    for cycle in cycles:
        record, key, on = cycle.split(":")
        if record != queries.NEXT_STEP:
            continue
        rows = Opportunity.objects.select_for_update(of=("self",)).filter(pk=int(key))
        yield from ((found, on) for found in rows)

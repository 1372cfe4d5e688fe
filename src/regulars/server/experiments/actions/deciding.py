"""An experiment is closed, and somebody says what follows from it."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.experiments.models import Experiment

State = Experiment.State


class NotOver(Refused):
    """It still runs, or it is over already."""


@transaction.atomic
def close(experiment: Experiment, *, by: Actor, at: datetime) -> Experiment:
    """End an experiment before its time; the readings that were made stand as they are.

    :raises NotOver: it is closed already.
    """
    found = Experiment.objects.select_for_update(of=("self",)).get(pk=experiment.pk)
    if found.state == State.CLOSED:
        raise NotOver(_("“%(name)s” is closed already.") % {"name": found})
    found.state, found.closed_at = State.CLOSED, at
    found.save(update_fields=["state", "closed_at"])
    audit.record("experiments.closed", found, by=by, at=at)
    return found


@transaction.atomic
def review(
    experiment: Experiment, *, decision: str, why: str, by: Person, at: datetime
) -> Experiment:
    """Write down what follows, and why. A later review takes the place of an earlier one.

    :raises BadInput: no decision, or no reason.
    :raises NotOver: it still runs.
    """
    if decision not in Experiment.Decision.values or not why.strip():
        raise BadInput(_("Say what follows from it, and why."))
    found = Experiment.objects.select_for_update(of=("self",)).get(pk=experiment.pk)
    if found.state != State.CLOSED:
        raise NotOver(_("“%(name)s” still runs. Close it first.") % {"name": found})
    found.decision, found.why = decision, why.strip()
    found.decided_by, found.decided_at = by, at
    found.save(update_fields=["decision", "why", "decided_by", "decided_at"])
    audit.record("experiments.reviewed", found, by=by, at=at, decision=decision)
    return found


def exported(count: int, *, by: Person, at: datetime) -> None:
    """Somebody took the library along."""
    audit.record("experiments.exported", "experiments.Experiment", by=by, at=at, rows=count)

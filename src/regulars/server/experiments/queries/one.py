"""One experiment, its readings, and those that a job or a person has to look after."""

from __future__ import annotations

from datetime import date

from regulars.server.experiments.models import Experiment, Reading

State = Experiment.State


def one(public_id: str) -> Experiment | None:
    return Experiment.objects.filter(public_id=public_id).select_related("owner").first()


def by_source(source: str) -> Experiment | None:
    """The experiment that a trigger or campaign made for itself."""
    return Experiment.objects.filter(source=source).first()


def readings(experiment: Experiment) -> list[Reading]:
    """All looks, the first one first."""
    return list(experiment.readings.order_by("look"))


def latest(experiment: Experiment) -> Reading | None:
    return experiment.readings.order_by("-look").first()


def running(until: date) -> list[Experiment]:
    """Those that may be looked at when the facts before a day are in."""
    found = Experiment.objects.filter(
        state=State.RUNNING, starts_on__lt=until, brought__isnull=True
    )
    return list(found.order_by("pk"))


def waiting_for_review() -> int:
    """How many have ended and nobody said what follows from them."""
    return Experiment.objects.filter(state=State.CLOSED, decision="").count()


def listed(*, after: str = "", most: int) -> list[Experiment] | None:
    """Experiments, the newest first, from the one after another on; None after a stranger."""
    found = Experiment.objects.order_by("-pk")
    if after:
        last = Experiment.objects.filter(public_id=after).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    return list(found[:most])

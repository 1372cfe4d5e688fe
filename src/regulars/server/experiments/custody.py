"""What becomes of assignments at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.experiments.models import Assignment


def _merged(told: Merge) -> Story:
    """Who was two customers in two arms is in no reading from now on."""
    stayed = Assignment.objects.filter(customer=told.loser_id)
    crossed = []
    for left in stayed:
        own = Assignment.objects.filter(
            customer=told.survivor_id, experiment=left.experiment_id, crossed=False
        ).exclude(arm=left.arm)
        crossed += list(own.values_list("pk", flat=True))
    Assignment.objects.filter(pk__in=crossed).update(crossed=True)
    return {"crossed": crossed}


def _unmerged(told: Merge, story: Story) -> None:
    Assignment.objects.filter(pk__in=story["crossed"]).update(crossed=False)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Assignment,
        title=pgettext_lazy("copy", "Comparisons"),
        copied=("experiment__name", "arm", "assigned_on"),
    ),
    Duty("experiments.crossed", merge=_merged, unmerge=_unmerged),
)

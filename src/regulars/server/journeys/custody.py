"""What becomes of journeys at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.journeys import actions
from regulars.server.journeys.models import Errand, Happened, Inside, Traveller


def _merged(told: Merge) -> Story:
    return actions.join(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part(told.loser_id, story)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Traveller,
        title=_("Journeys"),
        copied=("entered_at", "state", "is_control", "goal_at", "ended_at", "why", "words"),
    ),
    Rows(Happened, title=_("Steps of journeys"), copied=("at", "kind", "what")),
    Rows(
        Errand,
        title=_("Tasks of journeys"),
        copied=("text", "on", "state", "outcome"),
    ),
    Rows(Inside, title=_("Segments that journeys watch"), because=_("A list of keys only.")),
    Duty("journeys.joined", merge=_merged, unmerge=_unmerged),
)

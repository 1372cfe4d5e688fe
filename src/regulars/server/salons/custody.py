"""What becomes of guests at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.salons import actions
from regulars.server.salons.models import Guest


def _merged(told: Merge) -> Story:
    return actions.join(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part(story, by=told.by, at=told.at)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Guest,
        title=_("Salons and courses"),
        copied=(
            "salon__theme", "salon__begins_at", "state", "source", "invited_at", "answered_at",
            "seats", "wish", "came_at", "rating", "again", "words", "interests", "said_at",
        ),
    ),
    Duty("salons.joined", merge=_merged, unmerge=_unmerged),
)  # fmt: skip

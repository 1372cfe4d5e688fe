"""What becomes of members of campaigns at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.campaigns import actions
from regulars.server.campaigns.models import Attempt, Member
from regulars.server.core.custody import Duty, Merge, Rows, Story


def _merged(told: Merge) -> Story:
    return actions.join(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part(story)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Member,
        title=_("Campaigns"),
        copied=(*("campaign__name", "arm", "why", "state", "begun_at", "result", "result_at"),),
    ),
    Rows(
        Attempt,
        title=_("Steps of campaigns"),
        copied=("step__campaign__name", "step__channel", "state", "begun_at", "words"),
    ),
    Duty("campaigns.joined", merge=_merged, unmerge=_unmerged),
)

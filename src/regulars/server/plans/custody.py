"""What becomes of plans and bonds at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.plans import actions
from regulars.server.plans.models import Bond, Goal, Plan, Review, Step


def _merged(told: Merge) -> Story:
    return actions.join(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part(told.loser_id, story)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Plan,
        title=_("Care plans"),
        copied=("made_at", "state", "aim", "next_review_on", "closed_at", "closed_words"),
    ),
    Rows(
        Goal,
        title=_("Goals of care plans"),
        copied=("text", "measure", "unit", "start", "target", "by_on", "state", "note"),
    ),
    Rows(
        Step,
        title=_("Steps of care plans"),
        copied=("text", "due_on", "state", "done_on", "outcome"),
    ),
    Rows(
        Review,
        title=_("Reviews of care plans"),
        copied=("held_on", "learned", "verdict", "next_on"),
    ),
    Rows(
        Bond,
        title=_("Judgements of the bond"),
        copied=("judged_at", "level", "strands", "note"),
    ),
    Duty("plans.joined", merge=_merged, unmerge=_unmerged),
)

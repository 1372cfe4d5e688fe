"""What becomes of opportunities and what hangs on them at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.opportunities import actions
from regulars.server.opportunities.models import (
    Move,
    Obstacle,
    Opportunity,
    Part,
    Passed,
    Phase,
    Proposal,
    Stance,
    Strategy,
)


def _merged(told: Merge) -> Story:
    return actions.join(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part(told.loser_id, story)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Opportunity,
        title=_("Opportunities"),
        copied=(
            "made_at", "kind", "product__name", "bundle__name", "what", "amount", "state",
            "stage__name", "because", "next_step", "next_on", "closed_at", "reason",
            "competitor", "closed_words",
        ),
    ),
    Rows(Move, title=_("Moves of opportunities"), copied=("at", "to_stage__name", "words")),
    Rows(
        Passed,
        title=_("Contacts that no opportunity was made of"),
        copied=("at",),
    ),
    Rows(
        Proposal,
        title=_("Proposals"),
        copied=(
            "version", "title", "opening", "closing", "valid_until", "state", "sent_at",
            "sent_how", "answered_at", "answer",
        ),
    ),
    Rows(
        Part,
        title=_("Parts of proposals"),
        copied=("kind", "text", "evidence", "named", "amount", "price", "terms"),
    ),
    Rows(
        Strategy,
        title=_("Account plans"),
        copied=("phase", "since", "why", "rivals", "strengths"),
    ),
    Rows(Phase, title=_("Phases of account plans"), copied=("at", "before", "after", "why")),
    Rows(Stance, title=_("What contact persons mean"), copied=("influence", "wants")),
    Rows(
        Obstacle,
        title=_("Obstacles"),
        copied=("made_at", "text", "state", "outcome"),
    ),
    Duty("opportunities.joined", merge=_merged, unmerge=_unmerged),
)  # fmt: skip

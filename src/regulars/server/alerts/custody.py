"""What becomes of alerts at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.alerts import actions, queries
from regulars.server.alerts.models import Alert, Step
from regulars.server.core.custody import Duty, Merge, Rows, Story


def _merged(told: Merge) -> Story:
    """What came along goes to whoever looks after the survivor."""
    before = queries.holders_of(told.survivor_id)
    actions.follow_customers([told.survivor_id], by=told.by, at=told.at, why=Step.Why.MERGED)
    return {"holders": [list(each) for each in before]}


def _unmerged(told: Merge, story: Story) -> None:
    actions.return_to([(pk, holder, rung) for pk, holder, rung in story["holders"]])


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Alert,
        title=_("Alerts"),
        copied=("raised_at", "kind", "state", "outcome", "note", "closed_at"),
    ),
    Rows(Step, title=_("Steps of alerts"), copied=("at", "what", "why", "note")),
    Duty("alerts.holders", merge=_merged, unmerge=_unmerged),
)

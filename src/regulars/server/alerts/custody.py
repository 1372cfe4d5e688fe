"""What becomes of alerts at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from regulars.server.alerts import actions, queries
from regulars.server.alerts.models import Alert, Step
from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.core.retention import DataClass


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
PERIODS = (
    DataClass(
        "alerts.closed",
        title=_("Closed alerts"),
        about=_("What was raised, who had it when, and what came of it."),
        reason=_("Three years: so long somebody may ask why nobody acted."),
        days=3 * 365,
        older=lambda before: queries.closed_before(before).count(),
        drop=actions.drop_closed,
    ),
)

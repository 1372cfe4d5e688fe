"""What becomes of promises at a merge, in a copy, at an erasure."""

from __future__ import annotations

from django.utils.translation import pgettext_lazy

from regulars.server.core.custody import Duty, Merge, Rows, Story
from regulars.server.promises import actions, queries
from regulars.server.promises.models import Promise


def _merged(told: Merge) -> Story:
    """What came along is owed by whoever looks after the survivor."""
    before = queries.owners_of(told.survivor_id)
    actions.follow_customers([told.survivor_id], by=told.by, at=told.at)
    return {"owners": [list(each) for each in before]}


def _unmerged(told: Merge, story: Story) -> None:
    for pk, owner in story["owners"]:
        Promise.objects.filter(pk=pk).update(owner=owner)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Promise,
        title=pgettext_lazy("ledger", "Promises"),
        copied=(
            "made_at",
            "text",
            "to_whom",
            "due_at",
            "state",
            "decided_at",
            "done_at",
            "note",
        ),
    ),
    Duty("promises.owners", merge=_merged, unmerge=_unmerged),
)

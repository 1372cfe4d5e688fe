"""What becomes of members and points at a merge, in a copy, at an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from regulars.server.core.audit import Actor
from regulars.server.core.custody import BLANKED, DELETED, Duty, Merge, Rows, Story
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.models import Membership, Notice, Wish


def _merged(told: Merge) -> Story:
    return actions.join_files(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part_files(story, by=told.by, at=told.at)


def _erased(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    """The points are forfeited; what was earned and spent stays in the sums as nobody's."""
    return {"loyalty.points": actions.erase(customer_id, by=by, at=at)}


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Membership,
        title=_("Memberships"),
        copied=("number", "joined_on", "level", "level_until", "left_on", "left_because"),
        erased=BLANKED,
        because=_("The number is blanked; that there was a member stays in the sums."),
    ),
    Rows(
        Wish,
        title=_("Points moved by hand"),
        copied=("asked_at", "kind", "points", "reason", "state", "decided_at", "note"),
        erased=DELETED,
    ),
    Rows(
        Notice,
        title=_("Told that points end"),
        copied=("told_at", "ends_on", "points", "way"),
        erased=DELETED,
    ),
    Duty(
        "loyalty.points",
        tables=("loyalty_account", "loyalty_lot", "loyalty_entry"),
        merge=_merged,
        unmerge=_unmerged,
        copy=queries.story,
        erase=_erased,
    ),
)

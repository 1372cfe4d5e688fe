"""What becomes of memberships at a merge, in a copy, at an erasure."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.server.communities import actions
from regulars.server.communities.models import Asking, Deed, Member, Presence
from regulars.server.core.custody import Duty, Merge, Rows, Story


def _did(customer_id: int) -> dict[str, list[Story]]:
    """Meetings and ideas, for the person's copy."""
    came: Any = Presence.objects.filter(member__customer=customer_id).order_by("pk")
    deeds: Any = Deed.objects.filter(member__customer=customer_id).order_by("pk")
    return {
        str(_("Meetings of communities")): list(
            came.values("meeting__title", "meeting__at", "coming", "came")
        ),
        str(_("What they brought into communities")): list(deeds.values("on", "kind", "words")),
    }


def _merged(told: Merge) -> Story:
    return actions.join(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part(story, by=told.by, at=told.at)


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Member,
        title=_("Memberships of communities"),
        copied=(
            "community__name",
            "joined_on",
            "is_host",
            "agreed_at",
            "agreed_how",
            "left_on",
        ),
    ),
    Rows(
        Asking, title=_("Asked to join a community"), copied=("community__name", "at", "state")
    ),
    Duty("communities.deeds", copy=_did),
    Duty("communities.joined", merge=_merged, unmerge=_unmerged),
)

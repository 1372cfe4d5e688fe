"""What becomes of links, referrals and rewards at a merge, in a copy, at an erasure."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from regulars.server.core.custody import BLANKED, Duty, Merge, Rows, Story
from regulars.server.core.retention import DataClass
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Link, Opening, Referral, Reward


def _merged(told: Merge) -> Story:
    return actions.join_files(told.loser_id, told.survivor_id, by=told.by, at=told.at)


def _unmerged(told: Merge, story: Story) -> None:
    actions.part_files(story, by=told.by, at=told.at)


COUNTED = _("That there was a referral stays in the counts; whose it was is gone.")
KEPT: tuple[Rows | Duty, ...] = (
    Rows(Link, title=_("Referral links"), copied=("made_at", "code", "shows", "ended_at")),
    Rows(
        Referral,
        name="referrer",
        title=_("Friends referred"),
        copied=("received_at", "way", "state", "ended_at"),
        erased=BLANKED,
        blanked={"referrer": None, "link": None, "device": ""},
        because=COUNTED,
    ),
    Rows(
        Referral,
        name="friend",
        title=_("How they were referred"),
        copied=(
            "received_at", "way", "state", "note", "agreed", "agreed_words", "contacted_at",
            "met_at", "joined_on", "reason", "settled_at", "settled",
        ),
        erased=BLANKED,
        blanked={
            "friend": None, "note": "", "agreed_words": "", "device": "", "words": "",
            "proof": "", "check_words": "", "reference": "",
        },
        because=COUNTED,
    ),
    Rows(
        Reward,
        title=_("Thanks for referrals"),
        copied=("made_at", "side", "way", "thing", "amount", "state", "given_at"),
        erased=BLANKED,
        blanked={"customer": None},
        because=_("What was given stays in the sums."),
    ),
    Duty("referrals.story", copy=queries.story, erase=actions.forget),
    Duty("referrals.joined", merge=_merged, unmerge=_unmerged),
)  # fmt: skip


def _old(before: datetime) -> int:
    return Opening.objects.filter(at__lt=before).count()


PERIODS = (
    DataClass(
        "referrals.openings",
        title=_("Traces of devices that opened a referral link"),
        about=_("Keyed hashes, kept to count invitations and to find referrals of oneself."),
        days=400,
        reason=_("Over a year of friends, so that the same device is known again."),
        older=_old,
        drop=actions.drop_openings,
    ),
)

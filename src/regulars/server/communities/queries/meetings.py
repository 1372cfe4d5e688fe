"""Meetings with who said and who came; posts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from regulars.server.communities.models import Community, Meeting, Member, Post, Presence
from regulars.server.communities.queries.communities import communities
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission


@dataclass(frozen=True)
class Met:
    """A member at a meeting: what they said, whether they came."""

    member: Member
    presence: Presence | None


def meetings(viewer: Person, found: Community) -> QuerySet[Meeting]:
    """The newest first, with how many said yes and how many came, of those the viewer sees."""
    members = Member.objects.visible_to(viewer).filter(merged_into__isnull=True)
    seen = Q(presences__member__in=members)
    return Meeting.objects.filter(community=found).annotate(
        yes=Count("presences", filter=seen & Q(presences__coming=True)),
        here=Count("presences", filter=seen & Q(presences__came=True)),
    )


def meeting(viewer: Person, public_id: str) -> Meeting | None:
    found = Meeting.objects.filter(community__in=communities(viewer, ended=True))
    return found.filter(public_id=public_id).select_related("community__leader").first()


def presences(viewer: Person, found: Meeting) -> list[Met]:
    """Everybody who was a member then, whom the viewer sees."""
    kept = Member.objects.visible_to(viewer).filter(
        community=found.community_id, merged_into__isnull=True
    )
    day = core.local_date(found.at)
    kept = kept.filter(Q(left_on__isnull=True) | Q(left_on__gt=day), joined_on__lte=day)
    said = {one.member_id: one for one in Presence.objects.filter(meeting=found)}
    return [Met(one, said.get(one.pk)) for one in kept.select_related("customer")]


def posts(viewer: Person, found: Community) -> QuerySet[Post]:
    return Post.objects.filter(community=found).select_related("written_by", "decided_by")


def post(viewer: Person, public_id: str) -> Post | None:
    found = Post.objects.filter(community__in=communities(viewer, ended=True))
    about = ("community__leader", "written_by", "decided_by")
    return found.filter(public_id=public_id).select_related(*about).first()


def to_approve(viewer: Person, at: datetime) -> QuerySet[Post]:
    """What somebody else wrote and the viewer may approve."""
    if not viewer.may(Permission.APPROVE_CONTENT):
        return Post.objects.none()
    found = Post.objects.filter(state=Post.State.SUBMITTED).exclude(written_by=viewer)
    return found.filter(community__in=communities(viewer)).select_related("community")

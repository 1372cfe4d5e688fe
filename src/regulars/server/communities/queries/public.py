"""What a stranger and a member may read by their links; called where the system sees all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from regulars.server.communities.models import Community, Meeting, Member, Post, Presence

POSTS = 20


@dataclass(frozen=True)
class Page:
    """A member's page: what was posted, when they meet, what they said about it."""

    member: Member
    posts: list[Post]
    meetings: list[tuple[Meeting, bool | None]]


def open_door(public_id: str) -> Community | None:
    """The community behind a public address, while one may ask to join."""
    found = Community.objects.filter(public_id=public_id, ended_at__isnull=True)
    return found.filter(door=Community.Door.OPEN).first()


def page_of(token: str, at: datetime) -> Page | None:
    """The page behind a member's link; nothing once they left or the community ended."""
    found = Member.objects.filter(
        token=token, left_on__isnull=True, community__ended_at__isnull=True
    )
    one = found.select_related("community", "customer").first()
    if one is None:
        return None
    said = dict(Presence.objects.filter(member=one).values_list("meeting", "coming"))
    ahead = Meeting.objects.filter(
        community=one.community, state=Meeting.State.PLANNED, at__gte=at
    )
    return Page(
        one,
        list(Post.objects.filter(community=one.community, state=Post.State.OUT)[:POSTS]),
        [(each, said.get(each.pk)) for each in ahead.order_by("at")],
    )

"""What a stranger and a member may read by their links; called where the system sees all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core import signing

from regulars.server.communities.models import Community, Meeting, Member, Post, Presence

POSTS = 20
SALT = "communities.friend"


@dataclass(frozen=True)
class Page:
    """A member's page: what was posted, when they meet, what they said about it."""

    member: Member
    posts: list[Post]
    meetings: list[tuple[Meeting, bool | None]]

    @property
    def friends(self) -> str:
        """How the address for friends ends; empty where nobody asks to join by a page."""
        if self.member.community.door != Community.Door.OPEN:
            return ""
        return friend_word(self.member)


def open_door(public_id: str) -> Community | None:
    """The community behind a public address, while one may ask to join."""
    found = Community.objects.filter(public_id=public_id, ended_at__isnull=True)
    return found.filter(door=Community.Door.OPEN).first()


def friend_word(member: Member) -> str:
    """What a member passes on to friends; it opens nothing of their own."""
    return signing.Signer(salt=SALT).sign(str(member.pk))


def friend_behind(community: Community, word: str) -> Member | None:
    """The member of a community who passed a word on."""
    try:
        number = int(signing.Signer(salt=SALT).unsign(word))
    except (signing.BadSignature, ValueError):
        return None
    found = Member.objects.filter(pk=number, community=community).first()
    one = standing(found)
    return one if one is not None and one.left_on is None else None


def standing(found: Member | None) -> Member | None:
    """The membership itself, or the one that stands for it since two files became one."""
    while found is not None and found.merged_into_id is not None:
        found = Member.objects.select_related("community", "customer").get(
            pk=found.merged_into_id
        )
    return found


def page_of(token: str, at: datetime) -> Page | None:
    """The page behind a member's link; nothing once they left or the community ended."""
    found = Member.objects.filter(token=token, community__ended_at__isnull=True)
    one = standing(found.select_related("community", "customer").first())
    if one is None or one.left_on is not None:
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

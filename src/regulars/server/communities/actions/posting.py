"""Posts: written, approved by somebody else, read on the members' page, told by message."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.communities.actions.linking import page_link
from regulars.server.communities.actions.meeting import NotNow
from regulars.server.communities.models import Community, Meeting, Member, Post
from regulars.server.content import queries as content
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.outreach import actions as outreach
from regulars.server.outreach.actions import Reached

State = Post.State
LASTS = timedelta(days=7)


class OwnPost(Refused):
    """Nobody approves what they wrote."""


@transaction.atomic
def write(
    community: Community, *, title: str, text: str, message: str = "", by: Person, at: datetime,
    post: Post | None = None,
) -> Post:  # fmt: skip
    """Write a post, or write a draft anew.

    :raises BadInput: it says nothing, or says what must not be said.
    :raises NotNow: it is no draft any more.
    """
    if not title.strip() or not text.strip():
        raise BadInput(_("A post needs a title and a text."))
    for finding in content.findings_in(f"{title}\n{text}"):
        if finding.refused:
            raise BadInput(_("“%(word)s” must not be said.") % {"word": finding.word})
    if post is None:
        post = Post(community=community, written_by=by, written_at=at)
    else:
        post = Post.objects.select_for_update().get(pk=post.pk)
        if post.state != State.DRAFT:
            raise NotNow(_("It is no draft any more."))
    post.title, post.text, post.message = title.strip()[:120], text.strip(), message
    post.written_by, post.written_at = by, at
    post.save()
    audit.record("communities.written", post, by=by, at=at)
    return post


@transaction.atomic
def submit(post: Post, *, by: Person, at: datetime) -> None:
    """Give a draft to somebody else to approve."""
    _move(post, State.DRAFT, State.SUBMITTED, sent_back="")
    audit.record("communities.submitted", post, by=by, at=at)


@transaction.atomic
def approve(post: Post, *, by: Person, at: datetime) -> None:
    """Let the members read it.

    :raises OwnPost: `by` wrote it.
    :raises NotNow: it does not wait for approval.
    """
    if post.written_by_id == by.pk:
        raise OwnPost(_("Nobody approves what they wrote. Ask somebody else."))
    _move(post, State.SUBMITTED, State.OUT, decided_by=by, decided_at=at)
    audit.record("communities.approved", post, by=by, at=at)


@transaction.atomic
def send_back(post: Post, *, why: str, by: Person, at: datetime) -> None:
    """Give it back with a reason.

    :raises BadInput: no reason.
    """
    if not why.strip():
        raise BadInput(_("Say what is to be changed."))
    _move(post, State.SUBMITTED, State.DRAFT, sent_back=why.strip()[:200])
    audit.record("communities.sent_back", post, by=by, at=at)


@transaction.atomic
def take_down(post: Post, *, by: Person, at: datetime) -> None:
    """Nobody reads it any more."""
    _move(post, State.OUT, State.TAKEN_DOWN)
    audit.record("communities.taken_down", post, by=by, at=at)


@transaction.atomic
def send(post: Post, *, by: Person, at: datetime) -> Reached:
    """Tell the members who agreed to it, by the approved message, each with their own link.

    :raises NotNow: it is not approved, or names no message.
    :raises NotReady: the message is not approved.
    """
    held = (
        Post.objects.select_for_update(of=("self",)).select_related("community").get(pk=post.pk)
    )
    if held.state != State.OUT or not held.message:
        raise NotNow(_("It is not approved yet, or names no message."))
    told = _tell(
        held.key, held.community, held.message, name=held.title, until=at + LASTS, by=by,
        at=at,
    )  # fmt: skip
    held.sent_at = held.sent_at or at
    held.save(update_fields=["sent_at"])
    audit.record("communities.sent", held, by=by, at=at, customers=told.waiting)
    return told


@transaction.atomic
def invite(meeting: Meeting, *, message: str, by: Person, at: datetime) -> Reached:
    """Invite the members who agreed to it, by an approved message with their own link.

    :raises NotNow: it is over or called off.
    :raises NotReady: the message is not approved.
    """
    if meeting.state != Meeting.State.PLANNED or meeting.at <= at:
        raise NotNow(_("It is over, or called off."))
    key = f"community:{meeting.community.public_id}:m:{meeting.public_id}"
    told = _tell(
        key, meeting.community, message, name=meeting.title, until=meeting.at, by=by,
        at=at,
    )  # fmt: skip
    audit.record("communities.invited", meeting, by=by, at=at, customers=told.waiting)
    return told


def _tell(
    key: str, community: Community, message: str, *, name: str, until: datetime,
    by: Person, at: datetime,
) -> Reached:  # fmt: skip
    kept = Member.objects.filter(
        community=community, left_on__isnull=True, agreed_at__isnull=False
    )
    ids = list(kept.order_by("customer").values_list("customer", flat=True))
    values = {
        who: {
            "community.link": page_link(token),
            "community.name": str(community),
        }
        for who, token in kept.values_list("customer", "token")
    }
    return outreach.reach(
        key, message=message, customers=ids, name=f"{community}: {name}", not_before=at,
        valid_until=until, by=by, at=at, values=values, basis={"community": community.pk},
        last=False,
    )  # fmt: skip


def _move(post: Post, before: str, after: str, **more: object) -> None:
    moved = Post.objects.filter(pk=post.pk, state=before).update(state=after, **more)
    if not moved:
        raise NotNow(_("Somebody moved it on before. Reload the page."))
    post.refresh_from_db()

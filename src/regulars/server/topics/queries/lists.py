"""Topics in lists, and one of them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime

from django.db.models import Q
from django.urls import reverse

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.outreach.rules import Planned
from regulars.server.topics.models import OPEN_STATES, Topic, TopicQuerySet

S = Topic.State
SHOWS = ("open", "released", "over", "mine")


def may_lead(viewer: Person) -> bool:
    """Who takes, drops and writes topics: marketing, for the whole company."""
    return viewer.may(Permission.SEND) and viewer.scope.everything


def may_approve(viewer: Person) -> bool:
    return viewer.may(Permission.APPROVE_CONTENT) and viewer.scope.everything


def shown(viewer: Person, *, show: str) -> TopicQuerySet:
    """The topics of a list; in the open ones the own trade comes first."""
    found = Topic.objects.whole()
    if show == "mine":
        return found.filter(raised_by=viewer).order_by("-raised_at", "-pk")
    if show == "released":
        return found.filter(state=S.RELEASED).order_by("-released_at", "-pk")
    if show == "over":
        return found.filter(state__in=[S.DROPPED, S.EXPIRED]).order_by("-raised_at", "-pk")
    return found.open().order_by("-own_trade", "expires_at", "pk")


def counts(viewer: Person) -> dict[str, int]:
    return {show: shown(viewer, show=show).count() for show in SHOWS}


def one(public_id: str) -> Topic | None:
    return Topic.objects.whole().filter(public_id=public_id).first()


def needing(viewer: Person, *, at: datetime) -> tuple[int, bool]:
    """How many topics wait for this viewer, and whether one is past its working day."""
    mine = Q(pk__in=[])
    if may_lead(viewer):
        mine |= Q(state=S.RAISED) | Q(state=S.TAKEN, taken_by=viewer)
    if may_approve(viewer):
        mine |= Q(state=S.WAITING) & ~Q(authors__contains=[viewer.pk])
    found = Topic.objects.filter(mine, state__in=OPEN_STATES, expires_at__gt=at)
    return found.count(), found.filter(due_at__lt=at).exists()


def after(key: str, *, state: str = "") -> TopicQuerySet | None:
    """Topics behind one, the newest first; None where there is no such one."""
    found = Topic.objects.whole().order_by("-pk")
    if state:
        found = found.filter(state=state)
    if not key:
        return found
    last = Topic.objects.filter(public_id=key).first()
    return found.filter(pk__lt=last.pk) if last else None


def planned(viewer: Person, first: date, last: date) -> Iterator[Planned]:
    """What was released, or is about to be, for the marketing calendar."""
    found = Topic.objects.exclude(state__in=[S.DROPPED, S.EXPIRED])
    for topic in found.order_by("raised_at", "pk"):
        begins = core.local_date(topic.released_at or topic.raised_at)
        ends = core.local_date(topic.expires_at)
        if begins > last or ends < first:
            continue
        is_out = topic.state == S.RELEASED
        yield Planned(
            kind="topic",
            day=begins,
            last=ends,
            title=topic.title,
            url=reverse("topics:one", args=[topic.public_id]),
            state="" if is_out else str(topic.get_state_display()),
            customers=max(topic.reached, topic.talks.count()) if is_out else None,
        )

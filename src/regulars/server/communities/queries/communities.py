"""Communities, who asked to join, and what they plan."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, QuerySet
from django.urls import reverse

from regulars.server.communities.models import Asking, Community, Meeting, Member, Post
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.outreach.rules import Planned


@dataclass(frozen=True)
class Row:
    """One community of the list."""

    community: Community
    members: int  # whom the viewer sees
    next: Meeting | None
    asked: int


def communities(viewer: Person, *, ended: bool = False) -> QuerySet[Community]:
    """Those of the whole company, and of places around the viewer's."""
    found = Community.objects.select_related("place", "leader")
    if not ended:
        found = found.filter(ended_at__isnull=True)
    if viewer.scope.everything:
        return found
    above = [int(each) for each in viewer.org_unit.path.strip("/").split("/") if each]
    near = Q(place__isnull=True) | Q(place__in=above)
    return found.filter(near | Q(place__path__startswith=viewer.org_unit.path))


def community(viewer: Person, public_id: str) -> Community | None:
    return communities(viewer, ended=True).filter(public_id=public_id).first()


def may_lead(viewer: Person, found: Community) -> bool:
    """Its leader, and whoever writes for customers."""
    return viewer.pk == found.leader_id or viewer.may(Permission.EDIT_CONTENT)


def asked(viewer: Person, found: Community) -> QuerySet[Asking]:
    """Who asked to join and waits to be called."""
    return askings(viewer).filter(community=found)


def askings(viewer: Person) -> QuerySet[Asking]:
    """Everybody who waits, of the viewer's customers."""
    found = Asking.objects.visible_to(viewer).filter(state=Asking.State.WAITING)
    return found.select_related("customer__book__owner", "community", "brought_by__customer")


def count_asked(viewer: Person) -> int:
    """How many the viewer is to call: of the own customers, and of communities one leads."""
    own = Q(customer__book__owner=viewer) | Q(community__leader=viewer)
    return askings(viewer).filter(own).count()


def of_customer(viewer: Person, customer: Customer) -> list[Member]:
    """The communities a customer belongs to, and those they left."""
    found = Member.objects.visible_to(viewer).filter(
        customer=customer, merged_into__isnull=True
    )
    return list(found.select_related("community").order_by("left_on", "joined_on"))


def planned(viewer: Person, first: date, last: date) -> Iterator[Planned]:
    """Meetings, and posts that went out, for the calendar of all features."""
    zone = core.time_zone()
    start = datetime.combine(first, time(), zone)
    stop = datetime.combine(last + timedelta(days=1), time(), zone)
    near = Meeting.objects.filter(
        community__in=communities(viewer), at__gte=start, at__lt=stop
    ).exclude(state=Meeting.State.CANCELLED)
    for each in near.select_related("community"):
        local = each.at.astimezone(zone)
        url = reverse("communities:meeting", args=[each.public_id])
        title = f"{each.community}: {each.title}"
        yield Planned("community", local.date(), title, url, at=local.time())
    out = Post.objects.filter(
        community__in=communities(viewer), sent_at__gte=start, sent_at__lt=stop
    )
    for post in out.select_related("community"):
        local = (post.sent_at or start).astimezone(zone)
        url = reverse("communities:post", args=[post.public_id])
        title = f"{post.community}: {post.title}"
        yield Planned("community", local.date(), title, url, at=local.time())

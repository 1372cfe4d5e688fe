"""Members with what they do, and plain counts of a community."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Max, QuerySet

from regulars.server.communities import rules
from regulars.server.communities.models import Community, Deed, Meeting, Member, Presence
from regulars.server.communities.queries.communities import communities
from regulars.server.communities.rules import Doing
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.opportunities.models import Opportunity
from regulars.server.referrals.models import Referral


@dataclass(frozen=True)
class Line:
    """One member: what they did in half a year, and when they came last."""

    member: Member
    doing: Doing
    standing: str
    last: date | None
    away: bool


@dataclass(frozen=True)
class Figures:
    """Plain counts of a community; nothing here says what it brought about.

    Attributes
    ----------
    friends
        Brought in by members since they joined: into the community, or to us.
    won_before, won_after
        Opportunities won with today's members in the half year before each of them joined,
        and in the half year after, of those who joined that long ago.
    long
        How many joined that long ago.
    """

    members: int
    hosts: int
    active: int
    asleep: int
    away: int
    friends: int
    long: int
    won_before: int
    won_after: int


def members(viewer: Person, found: Community) -> QuerySet[Member]:
    """Members whom the viewer sees."""
    kept = Member.objects.visible_to(viewer).filter(community=found, left_on__isnull=True)
    return kept.select_related("customer__book__owner", "brought_by__customer")


def member(viewer: Person, number: int) -> Member | None:
    found = Member.objects.visible_to(viewer).filter(
        pk=number, community__in=communities(viewer)
    )
    return found.select_related("customer__book", "community__leader").first()


def lines(viewer: Person, found: Community, at: datetime) -> list[Line]:
    """Everybody, the most active first."""
    kept = list(members(viewer, found))
    today = core.local_date(at)
    did = _doings(kept, at)
    last = _last_came(kept)
    made = [_line(each, did.get(each.pk, Doing()), last.get(each.pk), today) for each in kept]
    return sorted(made, key=lambda one: (-one.doing.score, one.member.joined_on, one.member.pk))


def figures(viewer: Person, found: Community, at: datetime, told: list[Line]) -> Figures:
    """The counts above the list; `told` is everybody of it."""
    today = core.local_date(at)
    kinds = Counter(one.standing for one in told)
    half = timedelta(days=rules.SPAN)
    long = [one.member for one in told if one.member.joined_on <= today - half]
    before, after = _won(viewer, long, half)
    return Figures(
        members=len(told), hosts=sum(one.member.is_host for one in told),
        active=kinds["active"], asleep=kinds["asleep"], away=sum(one.away for one in told),
        friends=len(_friends([one.member for one in told], since=None)),
        long=len(long), won_before=before, won_after=after,
    )  # fmt: skip


def rows(viewer: Person, found: Community, at: datetime, which: str) -> list[Line]:
    """The members behind a figure."""
    told = lines(viewer, found, at)
    if which == "away":
        return [one for one in told if one.away]
    if which == "hosts":
        return [one for one in told if one.member.is_host]
    if which == "friends":
        brought = {who for who, _friend in _friends([one.member for one in told], since=None)}
        return [one for one in told if one.member.pk in brought]
    return [one for one in told if which == "all" or one.standing == which]


def _line(one: Member, doing: Doing, last: date | None, today: date) -> Line:
    since = max(last or one.joined_on, one.joined_on)
    away = (today - since).days > rules.AWAY
    return Line(one, doing, rules.standing(doing, one.joined_on, today), last, away)


def _doings(kept: list[Member], at: datetime) -> dict[int, Doing]:
    since = at - timedelta(days=rules.SPAN)
    day = core.local_date(since)
    here = Presence.objects.filter(member__in=kept, meeting__at__gte=since)
    came = _counted(here.filter(came=True))
    said = _counted(here.filter(coming__isnull=False))
    deeds = Deed.objects.filter(member__in=kept, on__gte=day)
    ideas, answers = (_counted(deeds.filter(kind=kind)) for kind in ("idea", "answer"))
    friends = Counter(who for who, _friend in _friends(kept, since=day))
    return {
        one.pk: Doing(
            came[one.pk], ideas[one.pk], answers[one.pk] + said[one.pk], friends[one.pk]
        )
        for one in kept
    }


def _counted(found: QuerySet[Any]) -> Counter[int]:
    return Counter(dict(found.order_by().values_list("member").annotate(n=Count("pk"))))


def _last_came(kept: Iterable[Member]) -> dict[int, date]:
    found = Presence.objects.filter(
        member__in=list(kept), came=True, meeting__state=Meeting.State.HELD
    )
    last = found.order_by().values_list("member").annotate(at=Max("meeting__at"))
    return {who: core.local_date(at) for who, at in last}


def _friends(kept: list[Member], since: date | None) -> set[tuple[int, int]]:
    """Member and the customer they brought, once each, whether into the community or to us."""
    by_customer = {one.customer_id: one for one in kept}
    found = set()
    brought = Member.objects.filter(brought_by__in=kept, merged_into__isnull=True)
    for who, friend, on in brought.values_list("brought_by", "customer", "joined_on"):
        if who is not None and (since is None or on >= since):
            found.add((who, friend))
    told = Referral.objects.filter(referrer__in=list(by_customer), friend__isnull=False)
    told = told.exclude(state__in=("refused", "lost")).order_by()
    for referrer, friend, at in told.values_list("referrer", "friend", "received_at"):
        one, on = by_customer[referrer], core.local_date(at)
        if on >= one.joined_on and (since is None or on >= since):
            found.add((one.pk, friend))
    return found


def _won(viewer: Person, kept: list[Member], half: timedelta) -> tuple[int, int]:
    joined = {one.customer_id: one.joined_on for one in kept}
    won = Opportunity.objects.visible_to(viewer).filter(customer__in=list(joined), state="won")
    before = after = 0
    for customer, at in won.values_list("customer", "closed_at"):
        days = core.local_date(at) - joined[customer] if at else None
        if days is not None and -half <= days < timedelta():
            before += 1
        elif days is not None and timedelta() <= days < half:
            after += 1
    return before, after

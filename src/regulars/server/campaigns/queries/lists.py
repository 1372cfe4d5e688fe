"""Campaigns that a viewer sees, and the members behind each number."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef, Q, QuerySet

from regulars.server.campaigns.models import Attempt, Campaign, Member, Phase
from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Permission, Reach, Role, may, reach
from regulars.server.customers.models import Customer

State = Campaign.State
SHOWN = {
    "now": (State.RUNNING, State.PAUSED),
    "planned": (State.DRAFT, State.WAITING, State.APPROVED),
    "over": (State.DONE, State.STOPPED),
}


@dataclass(frozen=True)
class Asked:
    """Which members; what is empty asks for nothing."""

    state: str = ""
    result: str = ""
    branch: str = ""
    wave: int = 0
    step: int = 0
    arm: str = ""
    tried: str = ""  # what became of that step
    reason: str = ""
    late: date | None = None  # calls that were to be made before this day


def campaigns(viewer: Person) -> QuerySet[Campaign]:
    """What a viewer sees: everything where they see everybody, else what their customers are
    in, and their own."""
    found = Campaign.objects.select_related("owner", "segment", "experiment", "previous", "job")
    if viewer.scope.everything:
        return found
    theirs = Member.objects.visible_to(viewer).filter(campaign=OuterRef("pk"))
    if not isinstance(viewer, Person):
        return found.filter(Exists(theirs))  # the key of another system
    mine = Q(owner=viewer) | Q(made_by=viewer)
    return found.filter(Exists(theirs) | mine | Q(phases__owner=viewer)).distinct()


def shown(viewer: Person, tab: str) -> QuerySet[Campaign]:
    """One page of the list: what runs, what is planned, what is over."""
    found = campaigns(viewer).filter(state__in=SHOWN[tab])
    order = ("-ended_at", "-pk") if tab == "over" else ("starts_on", "-pk")
    return found.order_by(*order)


def one(viewer: Person, public_id: str) -> Campaign | None:
    return campaigns(viewer).filter(public_id=public_id).first()


def phase(campaign: Campaign, position: int) -> Phase | None:
    return campaign.phases.filter(position=position).select_related("campaign").first()


def may_lead(viewer: Person, campaign: Campaign) -> bool:
    """Who plans, launches and holds it: who may send, of all customers or of their own."""
    if not viewer.may(Permission.SEND):
        return False
    return viewer.scope.everything or campaign.owner_id == viewer.pk


def may_decide(viewer: Person, campaign: Campaign) -> bool:
    """Who may approve it: who may send, and had no hand in it."""
    hands = {*campaign.authors, campaign.submitted_by_id}
    return viewer.may(Permission.SEND) and viewer.scope.everything and viewer.pk not in hands


def deciders(campaign: Campaign, *, besides: Person | None = None) -> list[Person]:
    """Everybody who may approve it; who had a hand in it may not, nor who asks for it."""
    roles = [role.value for role in Role if may(role, Permission.SEND)]
    everywhere = Q(role__in=[r for r in roles if reach(r) is Reach.COMPANY])
    people = Person.objects.filter(everywhere | Q(org_unit__parent=None, role__in=roles))
    others = people.filter(is_active=True).select_related("org_unit").order_by("pk")
    asks = besides.pk if besides else None
    return [each for each in others if each.pk != asks and may_decide(each, campaign)]


def to_decide(viewer: Person) -> QuerySet[Campaign]:
    """Campaigns that wait for this viewer's approval."""
    if not viewer.may(Permission.SEND) or not viewer.scope.everything:
        return Campaign.objects.none()
    waiting = Campaign.objects.filter(state=State.WAITING).exclude(submitted_by=viewer)
    return waiting.exclude(authors__contains=[viewer.pk])


def late_phases(viewer: Person, today: date) -> QuerySet[Phase]:
    """Phases past their last day, of campaigns that are not over."""
    found = Phase.objects.filter(
        done_at__isnull=True, ends_on__lt=today, campaign__in=campaigns(viewer).order_by()
    )
    found = found.exclude(campaign__state__in=[State.DONE, State.STOPPED])
    return found.select_related("campaign", "owner").order_by("ends_on", "pk")


def members(viewer: Person, campaign: Campaign, asked: Asked) -> QuerySet[Member]:
    """The members behind a number, whom the viewer sees."""
    found = Member.objects.visible_to(viewer).filter(campaign=campaign)
    if asked.state == "reached":
        found = found.filter(state__in=["reached", "answered"])
    elif asked.state == "meant":
        found = found.exclude(state__in=["control", "spared"])
    elif asked.state == "begun":
        found = found.filter(step__gt=0)
    elif asked.state:
        found = found.filter(state=asked.state.removesuffix("_only"))
    if asked.result:
        found = found.filter(result=asked.result)
    if asked.branch:
        found = found.filter(customer__book__org_unit__code=asked.branch)
    if asked.wave:
        found = found.filter(wave=asked.wave)
    if asked.arm:
        found = found.filter(arm=asked.arm)
    if asked.step or asked.late:
        found = found.filter(Exists(_tried(asked)))
    about = ("customer__book__owner", "customer__book__org_unit")
    return found.select_related(*about).order_by("pk")


def some_members(found: QuerySet[Member], start: int, most: int) -> list[Member]:
    """A page of members, deep ones too: who is passed by is counted, not put together."""
    keys = list(found.values_list("pk", flat=True)[start : start + most])
    about = ("customer__book__owner", "customer__book__org_unit")
    return list(Member.objects.filter(pk__in=keys).select_related(*about).order_by("pk"))


def _tried(asked: Asked) -> QuerySet[Attempt]:
    found = Attempt.objects.filter(member=OuterRef("pk"))
    if asked.step:
        found = found.filter(step__position=asked.step)
    if asked.tried == "reached":
        found = found.filter(state__in=["reached", "answered"])
    elif asked.tried:
        found = found.filter(state=asked.tried)
    if asked.reason:
        found = found.filter(reason=asked.reason)
    if asked.late:
        found = found.filter(
            state=Attempt.State.GOING, sending__isnull=True, due_on__lt=asked.late
        )
    return found


def branch(code: str) -> OrgUnit | None:
    return OrgUnit.objects.filter(code=code).first()


def of_customer(
    viewer: Person, customer: Customer, *, alone: bool, most: int = 6
) -> list[Member]:
    """The campaigns a customer is or was in; those that left them alone only where that may
    be seen."""
    found = Member.objects.visible_to(viewer).filter(customer=customer)
    if not alone:
        found = found.exclude(state__in=["control", "spared"])
    return list(
        found.select_related("campaign").order_by("-campaign__launched_at", "-pk")[:most]
    )


def attempts_of(member: Member) -> QuerySet[Attempt]:
    """What was tried with one member, in order."""
    return member.attempts.select_related("step", "sending__mailing").order_by("step__position")


def after(viewer: Person, cursor: str, *, most: int) -> list[Campaign] | None:
    """Campaigns from a cursor on, the newest first; None where it is of no list of theirs."""
    found = campaigns(viewer).order_by("-pk")
    if cursor:
        last = one(viewer, cursor)
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    return list(found[:most])


def members_after(
    viewer: Person, campaign: Campaign, asked: Asked, cursor: str, *, most: int
) -> list[Member] | None:
    """Members after the one of a customer; None where nobody of theirs is that."""
    found = members(viewer, campaign, asked)
    if cursor:
        here = Member.objects.visible_to(viewer).filter(campaign=campaign)
        last = here.filter(customer__public_id=cursor).first()
        if last is None:
            return None
        found = found.filter(pk__gt=last.pk)
    return list(found[:most])

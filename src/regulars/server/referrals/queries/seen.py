"""Referrals as a person sees them: lists, one, the customer's, those of an address."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.referrals.models import (
    Finding,
    Link,
    OfEither,
    Referral,
    Reward,
    Step,
)
from regulars.server.referrals.queries.giving import of_reward
from regulars.server.referrals.queries.words import line_of, why

State, Check = Referral.State, Referral.Check
PAGE = 50
# What a list shows, and which rows those are.
SHOWS: Mapping[str, Q] = {
    "open": ~Q(state__in=(State.LOST, State.REFUSED, State.REWARDED)) & Q(settled_at=None),
    "new": Q(state=State.RECEIVED),
    "check": Q(check_state=Check.OPEN)
    | Q(
        state=State.REWARDED,
        check_state=Check.NONE,
        pk__in=Finding.objects.order_by().values("referral"),
    ),
    "tell": Q(pk__in=Step.objects.filter(tell=True, told_at=None).values("referral")),
    # What is due and we lack ourselves: somebody orders more, or makes another batch; and what
    # was not given after all: somebody who leads decides.
    "owed": Q(
        pk__in=Reward.objects.filter(
            Q(state="due", waits__in=Reward.OURS)
            | Q(state="withheld", referral__state__in=(State.CUSTOMER, State.REWARDED))
        )
        .order_by()
        .values("referral")
    ),
    "joined": Q(state__in=(State.CUSTOMER, State.REWARDED)),
    "ended": Q(state__in=(State.LOST, State.REFUSED)),
    "all": Q(),
}


@dataclass(frozen=True)
class Seen:
    """One referral with what its viewer may know of both sides."""

    it: Referral
    referrer: Customer | None
    friend: Customer | None
    is_late: bool

    @property
    def state(self) -> str:
        return str(self.it.get_state_display())

    @property
    def why(self) -> str:
        return why(self.it, is_seen=self.friend is not None)


@dataclass(frozen=True)
class Tallies:
    """How many stand where."""

    new: int
    late: int
    open: int
    check: int
    tell: int
    owed: int
    joined: int


def listed(
    viewer: Person, at: datetime, *, show: str = "open", words: str = "", begin: int = 0
) -> tuple[list[Seen], bool]:
    """A page of referrals, the most pressing first, and whether more follow."""
    found = of(viewer, at, show=show, words=words)
    rows = list(found[begin : begin + PAGE + 1])
    return [seen(row, at) for row in rows[:PAGE]], len(rows) > PAGE


def of(viewer: Person, at: datetime, *, show: str, words: str = "") -> OfEither[Referral]:
    found = visible(viewer)
    found = (
        found.filter(state=State.RECEIVED, contact_by__lte=at)
        if show == "late"
        else found.filter(SHOWS.get(show, SHOWS["open"]))
    )
    if words.strip():
        named = Q(friend__name__icontains=words.strip()) | Q(
            referrer__name__icontains=words.strip()
        )
        found = found.filter(named)
    order = ("contact_by", "pk") if show in {"new", "late"} else ("-received_at", "-pk")
    return found.order_by(*order)


def visible(viewer: Person) -> OfEither[Referral]:
    """With both sides where PostgreSQL lets the viewer see them; blank where it does not."""
    return Referral.objects.visible_to(viewer).select_related(
        "referrer__book__owner", "friend__book__owner", "friend__book__org_unit", "terms",
        "risen_to", "link",
    )  # fmt: skip


def seen(row: Referral, at: datetime) -> Seen:
    late = row.state == State.RECEIVED and row.contact_by <= at
    return Seen(row, row.referrer, row.friend, late)


def tallies(viewer: Person, at: datetime) -> Tallies:
    found = Referral.objects.visible_to(viewer).order_by()
    counts = {name: Count("pk", filter=Q(wanted)) for name, wanted in SHOWS.items()
              if name in {"new", "open", "check", "tell", "owed", "joined"}}  # fmt: skip
    late = Q(state=State.RECEIVED, contact_by__lte=at)
    return Tallies(**found.aggregate(**counts, late=Count("pk", filter=late)))


def one(viewer: Person, public_id: str) -> Referral | None:
    return visible(viewer).filter(public_id=public_id).first()


def by_reference(viewer: Person, reference: str) -> Referral | None:
    return visible(viewer).filter(reference=reference).first()


def after(viewer: Person, *, every: bool, cursor: str, most: int) -> list[Referral] | None:
    """Referrals from the one after another on, the newest first; None for a strange cursor."""
    found = visible(viewer)
    last = found.filter(public_id=cursor).first() if cursor else None
    if cursor and last is None:
        return None
    if not every:
        found = found.filter(SHOWS["open"])
    if last is not None:
        found = found.filter(pk__lt=last.pk)
    return list(found.order_by("-pk")[:most])


def made_by(viewer: Person, customer: Customer) -> list[Referral]:
    """Friends that a customer referred, the newest first."""
    return list(visible(viewer).filter(referrer=customer).order_by("-received_at", "-pk")[:50])


def that_brought(viewer: Person, customer: Customer) -> Referral | None:
    """The referral by which a customer came."""
    found = visible(viewer).filter(friend=customer).exclude(state=State.REFUSED)
    return found.order_by("-received_at", "-pk").first()


def story(customer_id: int) -> dict[str, list[dict[str, Any]]]:
    """For a person's copy: what happened to their referral, and what was found."""
    steps = Step.objects.filter(referral__friend=customer_id).order_by("at", "pk")
    own = Q(referral__friend=customer_id) | Q(referral__referrer=customer_id)
    found = Finding.objects.filter(own).order_by("found_at", "pk")
    told: dict[str, list[dict[str, Any]]] = {
        str(_("Steps of a referral")): [
            dict(row) for row in steps.values("at", "what", "words")
        ],
        str(_("What was found at referrals")): [
            dict(row) for row in found.values("found_at", "kind")
        ],
    }
    return {title: rows for title, rows in told.items() if rows}


def rewards_of(viewer: Person, referral: Referral) -> QuerySet[Reward]:
    return Reward.objects.visible_to(viewer).filter(referral=referral).order_by("side")


def rewards_after(viewer: Person, *, state: str, cursor: str, most: int) -> list[Reward] | None:
    """Rewards from the one after another on, the newest first; None for a strange cursor."""
    found = Reward.objects.visible_to(viewer).select_related("referral", "customer")
    last = found.filter(public_id=cursor).first() if cursor else None
    if cursor and last is None:
        return None
    if state != "all":
        found = found.filter(state=state)
    if last is not None:
        found = found.filter(pk__lt=last.pk)
    return list(found.order_by("-pk")[:most])


def why_not(referral: Referral, rewards: Sequence[Reward]) -> str:
    """Why nothing is given, or not yet, where no reward says so itself."""
    if rewards:
        return ""
    if referral.settled:
        return str(referral.get_settled_display())
    if referral.state in {State.LOST, State.REFUSED}:
        return why(referral, is_seen=referral.friend is not None)
    if referral.terms is None:
        return str(Referral.Settled.NO_RULE.label)
    if referral.check_state == Check.OPEN:
        return _("Something speaks against it: somebody decides first.")
    if referral.earned_on is None:
        return _("The event of the rule has not come yet.")
    return _("The rule gives nothing to the side that is seen.")


def may_be_taken_back(referral: Referral) -> bool:
    """Whether something was given for it, or it counts as thanked."""
    given = referral.rewards.filter(state=Reward.State.GIVEN)
    return referral.state == State.REWARDED or given.exists()


def link(viewer: Person, customer: Customer) -> Link | None:
    found = Link.objects.visible_to(viewer).filter(customer=customer, ended_at__isnull=True)
    return found.first()


@dataclass(frozen=True)
class OwnLine:
    """A friend as who referred reads of them: how far it is, and no word of who or what."""

    number: int
    came_at: datetime
    line: str
    thanks: str


def own_page(customer: Customer, day: date) -> list[OwnLine]:
    """What who referred reads on the page that is theirs alone; the newest first."""
    rows = list(
        Referral.objects.filter(referrer=customer)
        .select_related("terms")
        .prefetch_related("rewards")
        .order_by("received_at", "pk")
    )
    lines = [
        OwnLine(n, row.received_at, line_of(row, day), _given(row.rewards.all()))
        for n, row in enumerate(rows, 1)
    ]
    return lines[::-1][:PAGE]


def _given(rewards: Iterable[Reward]) -> str:
    """What who referred got for one friend, in words."""
    given = {Reward.State.GIVEN, Reward.State.KEPT}
    return next(
        (
            of_reward(row)
            for row in rewards
            if row.side == Reward.Side.REFERRER and row.state in given
        ),
        "",
    )


def waiting(viewer: Person, at: datetime) -> tuple[int, bool]:
    """New ones, those to be decided, those whose thanks we lack; whether one is late."""
    found = tallies(viewer, at)
    return found.new + found.check + found.owed, bool(found.late)


def day(at: datetime | None) -> date | None:
    """The day of a moment by the company's clock."""
    return core.local_date(at) if at else None


def local(at: datetime | None) -> str:
    return f"{at.astimezone(core.time_zone()):%Y-%m-%d %H:%M}" if at else ""


def link_by_id(viewer: Person, public_id: str) -> Link | None:
    found = Link.objects.visible_to(viewer).filter(public_id=public_id, ended_at__isnull=True)
    return found.select_related("customer").first()

"""One customer to one person: identify, differentiate, interact, customise.

Peppers and Rogers, The One to One Fieldbook (1999). Nothing is kept for this view: each part
asks the feature that owns it, and its page links to where it is mended.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from regulars.server.care import queries as care
from regulars.server.care.models import Task
from regulars.server.care.queries.wording import Chip
from regulars.server.channels import queries as channels
from regulars.server.channels import rules as channel_rules
from regulars.server.channels.forms.words import CHANNELS
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers import queries as customers
from regulars.server.customers.forms.quality import PARTS
from regulars.server.customers.models import Customer, LifeEvent, Preference
from regulars.server.customers.queries import quality
from regulars.server.customers.queries.households import SeenHousehold
from regulars.server.customers.queries.quality import FileQuality
from regulars.server.plans.queries.bonds import BondView
from regulars.server.plans.queries.bonds import view as bond_view
from regulars.server.plans.queries.keys import needs_plan
from regulars.server.plans.queries.plans import PlanView, current
from regulars.server.plans.queries.plans import view as plan_view
from regulars.server.promises import queries as promises
from regulars.server.promises.models import Promise
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.bricks import worth
from regulars.server.scoring.bricks.offering import Offer, shelf
from regulars.server.scoring.bricks.potential import Axis
from regulars.server.segments import queries as segments
from regulars.server.segments.forms import STAGES
from regulars.server.segments.models import Segment
from regulars.server.standards import queries as standards
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.queries import TierMark

LACKS = 4
LIKES = 5


@dataclass(frozen=True)
class Identity:
    """Who it is, as far as the file says."""

    quality: FileQuality | None
    share: float | None
    lacks: tuple[str, ...]  # what is missing next, the weightiest first
    confirmed_on: date | None
    days: int | None
    household: SeenHousehold | None


@dataclass(frozen=True)
class Difference:
    """What sets the customer apart."""

    tier: TierMark | None
    figures: dict[str, Any]
    axes: Sequence[Axis]
    stage: str
    groups: Sequence[Segment]
    refused: bool  # does not want to be scored


@dataclass(frozen=True)
class Interaction:
    """How we talk with each other."""

    preferred: str
    agreed: tuple[str, ...]  # ways on which marketing is agreed to
    stopped: bool
    last: Touch | None  # with words
    spoken_on: date | None
    every: int | None  # days between two-way contacts, by the standard
    days: int | None  # since the last one
    promises: Sequence[Promise]
    reasons: Sequence[tuple[Task, Chip]]

    @property
    def overdue(self) -> bool:
        return self.every is not None and (self.days is None or self.days > self.every)


@dataclass(frozen=True)
class Custom:
    """What is done for this customer alone."""

    concern: str
    likes: Sequence[Preference]
    life: LifeEvent | None
    offer: Offer | None
    plan: PlanView | None
    needs_plan: bool
    bond: BondView


@dataclass(frozen=True)
class Whole:
    """The four parts of one customer."""

    identify: Identity
    differentiate: Difference
    interact: Interaction
    customise: Custom


def whole(viewer: Person, customer: Customer, at: datetime) -> Whole:
    """Ask every feature for its part of one customer."""
    return Whole(
        identify=_identity(viewer, customer, at),
        differentiate=_difference(viewer, customer, at),
        interact=_interaction(viewer, customer, at),
        customise=_custom(viewer, customer, at),
    )


def _identity(viewer: Person, customer: Customer, at: datetime) -> Identity:
    found = quality.of(viewer, customer, at)
    confirmed = customer.confirmed_at and core.local_date(customer.confirmed_at)
    return Identity(
        quality=found,
        share=found.share / 100 if found and found.share is not None else None,
        lacks=tuple(str(PARTS[code]) for code in found.missing[:LACKS]) if found else (),
        confirmed_on=confirmed,
        days=(core.local_date(at) - confirmed).days if confirmed else None,
        household=customers.household_of(viewer, customer),
    )


def _difference(viewer: Person, customer: Customer, at: datetime) -> Difference:
    told = scoring.figures(viewer, customer)
    axes = worth(viewer, customer, at) or {"axes": ()}
    return Difference(
        tier=tiers.tier_of(viewer, customer),
        figures=told,
        axes=axes["axes"],
        stage=str(STAGES.get(told.get("stage") or "", "")),
        groups=list(segments.groups_of(viewer, customer)),
        refused=customer.no_profiling,
    )


def _interaction(viewer: Person, customer: Customer, at: datetime) -> Interaction:
    today = core.local_date(at)
    spoken = channels.last_interactions([customer.pk]).get(customer.pk)
    spoken_on = core.local_date(spoken) if spoken else None
    tier = tiers.tier_of(viewer, customer)
    agreed = channel_rules.marketing_channels(customer.consents, customer.blocked_channels)
    held = standards.in_force(today).standard(
        tier.level if tier else 0,
        kind=customer.kind,
        unit=customer.book.org_unit.path,
        business_class=customer.business_class,
    )
    return Interaction(
        preferred=str(CHANNELS.get(customer.preferred_channel, customer.preferred_channel)),
        agreed=tuple(str(CHANNELS.get(one, one)) for one in agreed),
        stopped=bool(customer.deceased_on or customer.do_not_contact or customer.legal_block),
        last=channels.last_words(viewer, [customer.pk]).get(customer.pk),
        spoken_on=spoken_on,
        every=held.contact_every,
        days=(today - spoken_on).days if spoken_on else None,
        promises=[
            each
            for each in promises.of_customer(viewer, customer)
            if each.state == Promise.State.OPEN or (each.state == "broken" and not each.done_at)
        ],
        reasons=care.open_tasks(viewer, customer, at),
    )


def _custom(viewer: Person, customer: Customer, at: datetime) -> Custom:
    today = core.local_date(at)
    plan = current(viewer, customer)
    waiting = [
        each
        for each in customers.life_events(viewer, customer, most=20)
        if each.due_on and not each.done_at
    ]
    offers = shelf(viewer, [customer.pk], company=core.company(), on=today)
    return Custom(
        concern=customer.key_concern,
        likes=list(customers.preferences(viewer, customer)[:LIKES]),
        life=waiting[0] if waiting else None,
        offer=next(iter(offers.offers.get(customer.pk, ())), None),
        plan=plan_view(viewer, plan, at) if plan else None,
        needs_plan=needs_plan(viewer, customer),
        bond=bond_view(viewer, customer, at, facts=False),
    )

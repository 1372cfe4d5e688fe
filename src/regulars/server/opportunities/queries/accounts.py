"""The strategy upon a plan: where we stand, who decides, what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Obstacle, Phase, Stance, Strategy
from regulars.server.opportunities.queries.seen import seen
from regulars.server.plans.models import Plan
from regulars.server.trade.models import ContactPerson


@dataclass(frozen=True)
class Holder:
    """One contact person with what they mean for the plan."""

    contact: ContactPerson
    stance: Stance | None

    @property
    def is_unknown(self) -> bool:
        return self.stance is None or not self.contact.attitude


@dataclass(frozen=True)
class Account:
    """The account part of a plan."""

    strategy: Strategy | None
    phases: tuple[Phase, ...]
    holders: tuple[Holder, ...]
    obstacles: tuple[Obstacle, ...]
    past: tuple[Obstacle, ...]  # overcome or lived with
    open_count: int
    open_amount: Decimal
    against: int  # who speak against us and have a say
    blind: int  # of whom nobody knows influence or attitude


@dataclass(frozen=True)
class Line:
    """One account of the list."""

    strategy: Strategy
    obstacles: int
    amount: Decimal
    next_on: date | None


def account(viewer: Person, plan: Plan, today: date) -> Account:
    strategy = strategies(viewer).filter(plan=plan).first()
    people = holders(viewer, plan.customer, today)
    rows = list(
        Obstacle.objects.visible_to(viewer)
        .filter(plan=plan)
        .select_related("move__who", "move__customer__book__owner", "decided_by")
    )
    deals = seen(viewer).filter(customer=plan.customer).open()
    return Account(
        strategy=strategy,
        phases=tuple(strategy.phases.select_related("by")) if strategy else (),
        holders=tuple(people),
        obstacles=tuple(each for each in rows if each.state == Obstacle.State.OPEN),
        past=tuple(each for each in rows if each.state != Obstacle.State.OPEN),
        open_count=deals.count(),
        open_amount=deals.order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(0),
        against=sum(
            each.contact.attitude == "against" and each.stance is not None
            and each.stance.influence > 1
            for each in people
        ),
        blind=sum(each.is_unknown for each in people),
    )  # fmt: skip


def holders(viewer: Person, customer: Customer, today: date) -> list[Holder]:
    """The contact persons of an organisation, who decides first."""
    found = ContactPerson.objects.visible_to(viewer).standing(today).filter(customer=customer)
    stances = {
        each.contact_id: each
        for each in Stance.objects.visible_to(viewer)
        .filter(customer=customer)
        .select_related("keeper")
    }
    told = [Holder(each, stances.get(each.pk)) for each in found]
    return sorted(
        told, key=lambda one: (-(one.stance.influence if one.stance else 0), one.contact.name)
    )


def strategies(viewer: Person) -> QuerySet[Strategy]:
    visible = Customer.objects.visible_to(viewer)
    found = Strategy.objects.visible_to(viewer).filter(customer__in=visible)
    return found.select_related("plan__customer__book__owner", "customer__book__owner")


def accounts(viewer: Person, *, mine: bool, phase: str = "") -> list[Line]:
    """The key accounts whose plan lives, by phase; the one whose next move is nearest first."""
    found = strategies(viewer).filter(plan__state__in=["draft", "in_force"])
    if mine:
        found = found.filter(Q(customer__book__owner=viewer) | Q(customer__book__backup=viewer))
    if phase:
        found = found.filter(phase=phase)
    rows = list(found[:500])
    sums = dict(
        seen(viewer)
        .filter(customer__in=[each.customer_id for each in rows])
        .open()
        .order_by()
        .values_list("customer_id")
        .annotate(sum=Sum("amount"))
    )
    told = [
        Line(
            each,
            obstacles=each.plan.obstacles.filter(state="open").count(),
            amount=sums.get(each.customer_id) or Decimal(0),
            next_on=_next(each.plan),
        )
        for each in rows
    ]
    return sorted(told, key=lambda line: (line.next_on or date.max, line.strategy.pk))


def contact(viewer: Person, customer: Customer, public_id: str) -> ContactPerson | None:
    found = ContactPerson.objects.visible_to(viewer).filter(customer=customer)
    return found.filter(public_id=public_id).first()


def obstacle(viewer: Person, plan: Plan, public_id: str) -> Obstacle | None:
    return Obstacle.objects.visible_to(viewer).filter(plan=plan, public_id=public_id).first()


def stances(viewer: Person, contacts: Sequence[ContactPerson]) -> dict[int, Stance]:
    found = Stance.objects.visible_to(viewer).filter(contact__in=list(contacts))
    return {each.contact_id: each for each in found}


def _next(plan: Plan) -> date | None:
    step = plan.steps.filter(state="open").order_by("due_on").first()
    return step.due_on if step else None

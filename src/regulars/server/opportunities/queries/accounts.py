"""The strategy upon a plan: where we stand, who decides, what is in the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Obstacle, Phase, Stance, Strategy
from regulars.server.opportunities.queries.seen import seen
from regulars.server.plans import queries as plans
from regulars.server.plans.models import Plan, Step
from regulars.server.trade.models import ContactPerson

LIVE = ("draft", "in_force")


@dataclass(frozen=True)
class Holder:
    """One contact person with what they mean for the plan."""

    contact: ContactPerson
    stance: Stance | None

    @property
    def is_unknown(self) -> bool:
        return self.stance is None or not self.contact.attitude

    @property
    def is_against(self) -> bool:
        """Speaks against us, and has a say."""
        has_say = self.stance is not None and self.stance.influence > 1
        return has_say and self.contact.attitude == "against"


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
    deals: int
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
    deals = seen(viewer).filter(customer=plan.customer).open().counted()
    return Account(
        strategy=strategy,
        phases=tuple(strategy.phases.select_related("by")) if strategy else (),
        holders=tuple(people),
        obstacles=tuple(each for each in rows if each.state == Obstacle.State.OPEN),
        past=tuple(each for each in rows if each.state != Obstacle.State.OPEN),
        open_count=deals.count(),
        open_amount=deals.order_by().aggregate(sum=Sum("amount"))["sum"] or Decimal(0),
        against=sum(each.is_against for each in people),
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


def of_customer(viewer: Person, customer: Customer) -> tuple[Plan | None, Strategy | None]:
    """The living plan of a customer, and where we stand, once somebody said so."""
    plan = plans.current(viewer, customer)
    return plan, strategies(viewer).filter(plan=plan).first() if plan else None


def unsaid(viewer: Person, *, mine: bool) -> QuerySet[Plan]:
    """Living plans of which nobody said where we stand, the newest first."""
    visible = Customer.objects.visible_to(viewer)
    found = Plan.objects.visible_to(viewer).live().filter(customer__in=visible, strategy=None)
    if mine:
        found = found.filter(Q(customer__book__owner=viewer) | Q(customer__book__backup=viewer))
    return found.select_related("customer__book__owner").order_by("-made_at", "-pk")


def strategies_after(
    viewer: Person, *, phase: str, cursor: str, most: int
) -> list[Strategy] | None:
    """Of living plans, from the one after another on, the newest first; None: no such one."""
    found = strategies(viewer).filter(plan__state__in=LIVE)
    if phase:
        found = found.filter(phase=phase)
    if cursor:
        last = strategies(viewer).filter(plan__public_id=cursor).first()
        if last is None:
            return None
        found = found.filter(pk__lt=last.pk)
    return list(found.order_by("-pk")[:most])


def accounts(viewer: Person, *, mine: bool, phase: str = "") -> list[Line]:
    """The key accounts whose plan lives, by phase; the one whose next move is nearest first."""
    found = strategies(viewer).filter(plan__state__in=LIVE)
    if mine:
        found = found.filter(Q(customer__book__owner=viewer) | Q(customer__book__backup=viewer))
    if phase:
        found = found.filter(phase=phase)
    stands = Obstacle.objects.filter(plan=OuterRef("plan"), state=Obstacle.State.OPEN)
    steps = Step.objects.filter(plan=OuterRef("plan"), state=Step.State.OPEN)
    rows = list(
        found.annotate(
            obstacles=_counted(stands),
            next_on=Subquery(steps.order_by("due_on").values("due_on")[:1]),
        )
    )
    deals = seen(viewer).filter(customer__in=[each.customer_id for each in rows])
    told = deals.open().counted().order_by().values_list("customer_id")
    sums = {
        customer: (n, amount) for customer, n, amount in
        told.annotate(n=Count("pk"), sum=Sum("amount"))
    }  # fmt: skip
    lines = [_line(each, *sums.get(each.customer_id, (0, None))) for each in rows]
    return sorted(lines, key=lambda line: (line.next_on or date.max, line.strategy.pk))


def _line(strategy: Any, deals: int, amount: Decimal | None) -> Line:  # Any: annotated
    return Line(
        strategy, strategy.obstacles, deals, amount or Decimal(0), strategy.next_on
    )  # fmt: skip


def _counted(rows: QuerySet[Any]) -> Any:
    """How many rows stand beside one, as a number."""
    told = rows.order_by().values("plan").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(told), 0)


def contact(viewer: Person, customer: Customer, public_id: str) -> ContactPerson | None:
    found = ContactPerson.objects.visible_to(viewer).filter(customer=customer)
    return found.filter(public_id=public_id).first()


def obstacle(viewer: Person, plan: Plan, public_id: str) -> Obstacle | None:
    return Obstacle.objects.visible_to(viewer).filter(plan=plan, public_id=public_id).first()


def stances(viewer: Person, contacts: Sequence[ContactPerson]) -> dict[int, Stance]:
    found = Stance.objects.visible_to(viewer).filter(contact__in=list(contacts))
    return {each.contact_id: each for each in found}

"""Customers who cost more than they bring, and those who are led to self-service."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.standards.models import Steering, SteeringQuerySet

# The customers who are led to self-service on %(day)s.
HOLDING = """
select customer_id from standards_steering
where state = 'approved' and from_day <= %(day)s and review_on > %(day)s
"""


@dataclass(frozen=True)
class Negative:
    """A customer who cost more than came in, over twelve months of a run."""

    customer: Customer
    earned: Decimal
    cost: Decimal
    steering: Steering | None  # the newest that waits or holds

    @property
    def contribution(self) -> Decimal:
        return self.earned - self.cost


@dataclass(frozen=True)
class Negatives:
    """A page of them, the dearest first, with the sums of all."""

    rows: tuple[Negative, ...]
    count: int
    earned: Decimal
    cost: Decimal
    run: Run | None

    @property
    def contribution(self) -> Decimal:
        return self.earned - self.cost


@dataclass(frozen=True)
class Ground:
    """What one customer brought and cost in twelve months of a run."""

    earned: Decimal
    cost: Decimal
    as_of: date


def self_service(day: date) -> frozenset[int]:
    """Customers who are led to self-service on a day: they have the lowest level's standard."""
    held = Steering.objects.filter(
        state=Steering.State.APPROVED, from_day__lte=day, review_on__gt=day
    )
    return frozenset(held.order_by("customer").values_list("customer", flat=True))


def negatives(viewer: Person, *, day: date, offset: int = 0, most: int = 50) -> Negatives:
    """Customers of the viewer who cost more than they bring, the dearest first."""
    run = scoring.current_run()
    if run is None or not {"contribution_12", "cost_to_serve_12"} <= set(scoring.columns(run)):
        return Negatives((), 0, Decimal(0), Decimal(0), None)
    below = f"from {scoring.seen(viewer, run)} where contribution_12 < 0"
    ((count, net, cost),) = lake.rows(
        f"select count(*), coalesce(sum(contribution_12), 0), "
        f"coalesce(sum(cost_to_serve_12), 0) {below}"
    )
    page = lake.rows(
        f"select customer_id, contribution_12, coalesce(cost_to_serve_12, 0) {below} "
        f"order by 2, 1 limit {most:d} offset {offset:d}"
    )
    people = Customer.objects.visible_to(viewer).select_related("book__org_unit")
    named = people.in_bulk([row[0] for row in page])
    now = _standing(viewer, list(named), day)
    rows = tuple(
        Negative(named[key], _money(net_ + cost_), _money(cost_), now.get(key))
        for key, net_, cost_ in page
        if key in named
    )
    return Negatives(rows, int(count), _money(net + cost), _money(cost), run)


def ground(viewer: Person, customer: Customer) -> Ground | None:
    """What a customer brought and cost by the current run; None where it is not known."""
    run = scoring.current_run()
    found = scoring.figures(viewer, customer)
    net = found.get("contribution_12")
    if run is None or net is None:
        return None
    cost = found.get("cost_to_serve_12") or 0
    return Ground(_money(net + cost), _money(cost), run.as_of)


def steerings(viewer: Person) -> SteeringQuerySet:
    """Everything that was ever proposed for the viewer's customers, the newest first."""
    found = Steering.objects.visible_to(viewer)
    return found.select_related("customer", "proposed_by", "decided_by", "ended_by")


def steering(viewer: Person, public_id: str) -> Steering | None:
    return steerings(viewer).filter(public_id=public_id).first()


def holding(viewer: Person, *, day: date) -> SteeringQuerySet:
    """Those that hold on a day, the one to be looked at next first."""
    found = steerings(viewer).filter(
        state=Steering.State.APPROVED, from_day__lte=day, review_on__gt=day
    )
    return found.order_by("review_on", "pk")


def to_review(viewer: Person) -> list[Steering]:
    """Proposals that this person may judge: of visible customers, and not one's own."""
    found = steerings(viewer).waiting().exclude(proposed_by=viewer)
    return list(found.order_by("proposed_at", "pk"))


def own_proposals(viewer: Person) -> list[Steering]:
    """What this person proposed and somebody else has yet to judge."""
    return list(steerings(viewer).waiting().filter(proposed_by=viewer))


def steering_of(viewer: Person, customer: Customer, *, day: date) -> Steering | None:
    """What waits or holds for one customer."""
    return _standing(viewer, [customer.pk], day).get(customer.pk)


def _standing(viewer: Person, ids: list[int], day: date) -> dict[int, Steering]:
    known = steerings(viewer).filter(
        customer__in=ids, state__in=(Steering.State.PROPOSED, Steering.State.APPROVED)
    )
    found: dict[int, Steering] = {}
    for one in known.order_by("pk"):
        if one.state == Steering.State.PROPOSED or one.holds(day):
            found[one.customer_id] = one
    return found


def _money(value: Any) -> Decimal:
    return Decimal(str(round(value, 2)))

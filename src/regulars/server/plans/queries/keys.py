"""Key customers: those whose tier must have a plan, and those who have one."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from regulars.server.care.queries.cards import marks
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans.models import Bond, Plan
from regulars.server.plans.rules import Level, Policy
from regulars.server.tiers.models import Assignment
from regulars.server.tiers.queries import TierMark

PAGE = 50


@dataclass(frozen=True)
class Key:
    """One key customer of a list."""

    customer: Customer
    tier: TierMark | None
    value: Decimal | None
    plan: Plan | None
    level: Level | None  # of the bond; None: nobody judged


def keyed(viewer: Person, *, mine: bool) -> QuerySet[Customer]:
    """Everybody on file whose tier asks for a plan, or who has one."""
    policy = Policy.of(core.settings_of_company())
    planned = Exists(Plan.objects.live().filter(customer=OuterRef("pk")))
    asked = Q(pk__in=_of_levels(policy)) if policy.from_level else Q(pk__in=[])
    return _seen(viewer, mine=mine).filter(asked | Q(planned))


def without(viewer: Person, *, mine: bool) -> QuerySet[Customer]:
    """Those whose tier asks for a plan and who have none, not even a draft."""
    policy = Policy.of(core.settings_of_company())
    if not policy.from_level:
        return Customer.objects.none()
    found = _seen(viewer, mine=mine).filter(pk__in=_of_levels(policy))
    return found.exclude(Exists(Plan.objects.live().filter(customer=OuterRef("pk"))))


def needs_plan(viewer: Person, customer: Customer) -> bool:
    """Whether the tier of a customer asks for a plan."""
    policy = Policy.of(core.settings_of_company())
    mark = marks(viewer, [customer.pk]).get(customer.pk)
    return mark is not None and policy.must(mark.level)


def rows_of(
    viewer: Person, found: QuerySet[Customer], *, offset: int = 0
) -> tuple[list[Key], bool]:
    """A page of such customers, the most valuable first, and whether there are more."""
    value = Assignment.objects.standing().filter(customer=OuterRef("pk"))
    ordered = found.annotate(worth=Subquery(value.values("value")[:1]))
    ordered = ordered.select_related("book__owner", "book__org_unit")
    page = list(ordered.order_by("-worth", "pk")[offset : offset + PAGE + 1])
    shown = page[:PAGE]
    ids = [customer.pk for customer in shown]
    levels, plans, named = _levels(viewer, ids), _plans(viewer, ids), marks(viewer, ids)
    return [
        Key(
            each, named.get(each.pk), getattr(each, "worth", None),
            plans.get(each.pk), levels.get(each.pk),
        )
        for each in shown
    ], len(page) > PAGE  # fmt: skip


def of_viewer(viewer: Person) -> Q:
    """What is in the viewer's own books, or in those that they stand in for."""
    return Q(book__owner=viewer) | Q(book__backup=viewer)


def _seen(viewer: Person, *, mine: bool) -> QuerySet[Customer]:
    found = Customer.objects.visible_to(viewer).filter(deceased_on__isnull=True)
    return found.filter(of_viewer(viewer)) if mine else found


def _of_levels(policy: Policy) -> QuerySet[Assignment, int]:
    found = Assignment.objects.standing().filter(level__gte=policy.from_level)
    return found.values_list("customer_id", flat=True)


def _levels(viewer: Person, ids: list[int]) -> dict[int, Level]:
    found = Bond.objects.visible_to(viewer).filter(customer__in=ids)
    newest = found.order_by("customer_id", "-judged_at", "-pk").distinct("customer_id")
    return {row.customer_id: Level(row.level) for row in newest}


def _plans(viewer: Person, ids: list[int]) -> dict[int, Plan]:
    found = Plan.objects.visible_to(viewer).live().filter(customer__in=ids)
    return {plan.customer_id: plan for plan in found}

"""Households and groups, as far as one viewer sees their members."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Household, Member, Relation
from regulars.server.customers.queries.file import customers

MOST_PROPOSED = 8
FAMILY = (Relation.Kind.SPOUSE, Relation.Kind.PARENT, Relation.Kind.CHILD)
COMPANIES = (Relation.Kind.PARENT_COMPANY,)


@dataclass(frozen=True)
class SeenHousehold:
    """A household with the members whom the viewer may see, the head first.

    It is called after the first of them: a head beyond the scope is not named.
    """

    household: Household
    members: tuple[Member, ...]

    @property
    def first(self) -> Customer:
        return self.members[0].customer

    @property
    def ids(self) -> list[int]:
        return [member.customer_id for member in self.members]


@dataclass(frozen=True)
class Proposal:
    """Somebody who may belong to the same household, and what speaks for it."""

    customer: Customer
    why: str  # tie | phone | address


def household_of(viewer: Person, customer: Customer) -> SeenHousehold | None:
    """The household or group a customer belongs to now."""
    own = Member.objects.visible_to(viewer).standing().filter(customer=customer)
    found = own.select_related("household").first()
    return _seen(viewer, found.household) if found else None


def household(viewer: Person, public_id: str) -> SeenHousehold | None:
    """A household by its address, if the viewer may see any of its members."""
    found = Household.objects.filter(public_id=public_id).first()
    return _seen(viewer, found) if found else None


def proposals(viewer: Person, customer: Customer) -> list[Proposal]:
    """Who may belong to the same household or group: proposed, never entered.

    By known family ties (or the parent company), by the same phone, by the same address
    and surname. Who belongs somewhere already is left out.
    """
    taken = Member.objects.standing().values("customer")
    free = customers(viewer).standing().filter(kind=customer.kind).exclude(pk=customer.pk)
    free = free.exclude(pk__in=taken)
    found: dict[int, Proposal] = {}
    for why, same in _signs(viewer, customer):
        for each in free.filter(same).order_by("pk")[:MOST_PROPOSED]:
            found.setdefault(each.pk, Proposal(each, why))
    return list(found.values())[:MOST_PROPOSED]


def _signs(viewer: Person, customer: Customer) -> list[tuple[str, Q]]:
    kinds = COMPANIES if customer.is_organization else FAMILY
    ties = Relation.objects.visible_to(viewer).standing().filter(kind__in=kinds)
    near = ties.filter(customer=customer).values("other")
    far = ties.filter(other=customer).values("customer")
    signs = [("tie", Q(pk__in=near) | Q(pk__in=far))]
    if customer.phone:
        signs.append(("phone", Q(phone=customer.phone)))
    if customer.address and customer.name and not customer.is_organization:
        surname = customer.name[0]
        signs.append(("address", Q(address=customer.address, name__startswith=surname)))
    return signs


def _seen(viewer: Person, household: Household) -> SeenHousehold | None:
    visible = Customer.objects.visible_to(viewer).standing()
    found = Member.objects.visible_to(viewer).standing()
    found = found.filter(household=household, customer__in=visible).select_related(
        "customer", "customer__book", "customer__book__owner", "customer__book__org_unit"
    )
    members = sorted(found, key=lambda member: (member.role != Member.Role.HEAD, member.pk))
    return SeenHousehold(household, tuple(members)) if members else None

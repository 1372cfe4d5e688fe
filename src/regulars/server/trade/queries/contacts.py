"""Contact persons from either side, and the bargaining profile."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Prefetch, Q, Value, When

from regulars.server.core.models import Person
from regulars.server.customers import queries as file
from regulars.server.customers.models import Customer
from regulars.server.trade.models import BusinessProfile, ContactPerson
from regulars.server.trade.models.people import ContactPersonQuerySet
from regulars.server.trade.rules import DECIDE


@dataclass(frozen=True)
class LinkedContact:
    """A contact person, and the customer behind it as far as the viewer may see that one."""

    contact: ContactPerson
    person: Customer | None


def contacts(
    viewer: Person, customer: Customer, *, on: date, left: bool = False, most: int = 200
) -> list[LinkedContact]:
    """Who speaks for an organisation on a day (or spoke), who decides first."""
    found = _contacts(viewer).filter(customer=customer)
    gone = Q(left_on__isnull=False, left_on__lte=on)
    found = found.filter(gone) if left else found.standing(on)
    order = Case(*(When(role=r, then=Value(n)) for n, r in enumerate(DECIDE)), default=Value(9))
    return [_linked(each) for each in found.order_by(order, "name", "pk")[:most]]


def contact(viewer: Person, customer: Customer, public_id: str) -> LinkedContact | None:
    """One contact person by its address."""
    found = _contacts(viewer).filter(customer=customer, public_id=public_id).first()
    return _linked(found) if found else None


def contact_of(viewer: Person, person: Customer, *, on: date) -> list[ContactPerson]:
    """The organisations that a customer speaks for, as far as the viewer sees them too."""
    found = ContactPerson.objects.visible_to(viewer).standing(on)
    found = found.filter(person=person, customer__in=Customer.objects.visible_to(viewer))
    return list(found.select_related("customer").order_by("customer__name", "pk"))


def people_to_link(viewer: Person, text: str, *, most: int = 8) -> list[Customer]:
    """The persons of the viewer who answer to a number, a name, or the end of a phone number.

    Whoever carries the very number is the only one.
    """
    people = Customer.objects.visible_to(viewer).filter(kind=Customer.Kind.PERSON)
    exact = people.filter(number=text.strip()).first()
    if exact is not None:
        return [exact]
    ids = file.find(viewer, text, most=50)
    return list(people.filter(pk__in=ids).order_by("name", "pk")[:most])


def person_to_link(viewer: Person, public_id: str) -> Customer | None:
    """One person of the viewer by their address."""
    people = Customer.objects.visible_to(viewer).filter(kind=Customer.Kind.PERSON)
    return people.filter(public_id=public_id).first()


def profile(viewer: Person, customer: Customer) -> BusinessProfile | None:
    visible = Customer.objects.visible_to(viewer)
    found = BusinessProfile.objects.visible_to(viewer)
    return found.filter(customer=customer, customer__in=visible).first()


def _contacts(viewer: Person) -> ContactPersonQuerySet:
    visible = Customer.objects.visible_to(viewer)
    found = ContactPerson.objects.visible_to(viewer).filter(customer__in=visible)
    # Of the linked customer only what the viewer may see: an organisation may be mine, and
    # its buyer the customer of another branch.
    return found.prefetch_related(Prefetch("person", queryset=visible))


def _linked(contact: ContactPerson) -> LinkedContact:
    return LinkedContact(contact, contact.person if contact.person_id else None)

"""Contact persons come, change, leave."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.trade.models import ContactPerson

FIELDS = (
    *("name", "title", "phone", "email", "role", "attitude", "birthday", "note"),
    *("person", "left_on"),
)


class NotAnOrganization(BadInput):
    """Only organisations have contact persons, quotes, terms and invoices."""


class NotAPerson(BadInput):
    """A contact person was linked to a customer that is no person."""


@transaction.atomic
def add_contact(
    customer: Customer,
    *,
    by: Actor,
    at: datetime,
    name: str = "",
    person: Customer | None = None,
    source: str = "hand",
    **fields: Any,
) -> ContactPerson:
    """Note who speaks for an organisation; a customer's own name is taken where none is given.

    :raises NotAnOrganization: the customer is a person.
    :raises NotAPerson: the link leads to an organisation.
    """
    of_organization(customer)
    _is_person(person)
    # The file's own name, whatever language the page is read in.
    named = name.strip() or (person.name or str(person) if person else "")
    made = ContactPerson.objects.create(
        customer=customer, person=person, name=named, source=source, noted_at=at, **fields
    )
    audit.record("trade.contact.added", made, by=by, at=at, role=made.role)
    return made


@transaction.atomic
def change_contact(contact: ContactPerson, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change what is known of a contact person; only the fields named are written.

    :raises NotAPerson: the link leads to an organisation.
    """
    changed = [n for n in FIELDS if n in fields and getattr(contact, n) != fields[n]]
    if not changed:
        return
    _is_person(fields.get("person"))
    for name in changed:
        setattr(contact, name, fields[name])
    contact.noted_at = at
    contact.save(update_fields=[*changed, "noted_at"])
    audit.record("trade.contact.changed", contact, by=by, at=at, fields=changed)


def leave(contact: ContactPerson, on: date, *, by: Actor, at: datetime) -> None:
    """The person speaks for the organisation no more from a day on."""
    change_contact(contact, by=by, at=at, left_on=on)


@transaction.atomic
def remove_contact(contact: ContactPerson, *, by: Actor, at: datetime) -> None:
    """Take away an entry that was a mistake, or that the person wants gone."""
    audit.record("trade.contact.removed", contact, by=by, at=at, customer=contact.customer_id)
    contact.delete()


def of_organization(customer: Customer) -> None:
    if not customer.is_organization:
        raise NotAnOrganization(
            f"Customer {customer.number} is a person. Contacts, quotes and terms belong to "
            "organisations: open the organisation, or change the kind on the file."
        )


def _is_person(person: Customer | None) -> None:
    if person is not None and person.is_organization:
        raise NotAPerson(
            f"Customer {person.number} is an organisation. Link a person, or leave it empty."
        )

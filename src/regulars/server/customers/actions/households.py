"""Households and groups: who founds one, joins, leaves, leads."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer, Household, Member


class BadMember(BadInput):
    """A person in a group of companies, or a company in a family."""


class Elsewhere(Refused):
    """The customer belongs to another household or group."""


@transaction.atomic
def found_household(head: Customer, *, by: Actor, at: datetime) -> Household:
    """Begin a household with its head; of a company it is a group of companies.

    :raises Elsewhere: the head belongs to another one.
    """
    kind = Household.Kind.GROUP if head.is_organization else Household.Kind.FAMILY
    household = Household.objects.create(kind=kind, made_at=at)
    join_household(household, head, Member.Role.HEAD, by=by, at=at)
    return household


@transaction.atomic
def join_household(
    household: Household,
    customer: Customer,
    role: str,
    *,
    by: Actor,
    at: datetime,
    source: str = "hand",
) -> Member:
    """Take a customer into a household or group.

    :raises BadMember: a company in a household, or a person in a group.
    :raises Elsewhere: the customer belongs to another one already.
    """
    if customer.is_organization != (household.kind == Household.Kind.GROUP):
        raise BadMember(
            _("Persons form households and companies form groups; %(name)s does not fit.")
            % {"name": customer}
        )
    try:
        with transaction.atomic():
            member = Member.objects.create(
                household=household,
                customer=customer,
                role=role,
                since=core.local_date(at),
                source=source,
            )
    except IntegrityError as error:
        raise Elsewhere(
            _("%(name)s belongs to a household or group already. Let them leave it first.")
            % {"name": customer}
        ) from error
    audit.record("customers.household.joined", member, by=by, at=at, role=role)
    return member


@transaction.atomic
def leave_household(member: Member, *, on: date, by: Actor, at: datetime) -> None:
    """End a membership on a day; the past stays readable."""
    member.until = max(on, member.since or on)
    member.save(update_fields=["until"])
    audit.record("customers.household.left", member, by=by, at=at)


def lead_household(member: Member, *, by: Actor, at: datetime) -> None:
    """Make a member the head; who was it stays a member.

    :raises Elsewhere: the head is somebody whom the actor may not see.
    """
    others = Member.objects.standing().filter(
        household=member.household_id, role=Member.Role.HEAD
    )
    try:
        with transaction.atomic():
            others.exclude(pk=member.pk).update(role=Member.Role.OTHER)
            member.role = Member.Role.HEAD
            member.save(update_fields=["role"])
            audit.record("customers.household.led", member, by=by, at=at)
    except IntegrityError as error:
        raise Elsewhere(
            _("Somebody of another branch is the head. Ask who looks after them.")
        ) from error

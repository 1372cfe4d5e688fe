"""Joint plans of partner organisations begin, move on, end."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer, Relation
from regulars.server.trade.actions.contacts import of_organization
from regulars.server.trade.models import JointPlan

FIELDS = ("aim", "next_step", "next_on", "owner")


class NotPartners(BadInput):
    """A joint plan runs between organisations that are tied as partners."""


@transaction.atomic
def plan_together(
    customer: Customer,
    partner: Customer,
    *,
    aim: str,
    next_step: str,
    next_on: date,
    by: Actor,
    at: datetime,
    owner: Person | None = None,
) -> JointPlan:
    """Write a joint plan down; its next step comes back on its day.

    :raises NotAnOrganization: the customer is a person.
    :raises NotPartners: no partner tie stands between the two.
    """
    of_organization(customer)
    if not _partners(customer, partner):
        raise NotPartners(
            f"{customer.number} and {partner.number} are no partners on file. "
            "Tie them as partners first, then plan."
        )
    made = JointPlan.objects.create(
        customer=customer,
        partner=partner,
        aim=aim.strip(),
        next_step=next_step.strip(),
        next_on=next_on,
        owner=owner,
        noted_by=by if isinstance(by, Person) else None,
        noted_at=at,
    )
    audit.record("trade.plan.made", made, by=by, at=at, next_on=next_on.isoformat())
    return made


@transaction.atomic
def move_plan(plan: JointPlan, *, by: Actor, at: datetime, **fields: Any) -> None:
    """Change a plan: a new step with a new day makes a new card on that day."""
    changed = [n for n in FIELDS if n in fields and getattr(plan, n) != fields[n]]
    if not changed:
        return
    for name in changed:
        setattr(plan, name, fields[name])
    plan.save(update_fields=changed)
    audit.record("trade.plan.moved", plan, by=by, at=at, fields=changed)


@transaction.atomic
def close_plan(plan: JointPlan, *, result: str, by: Actor, at: datetime) -> bool:
    """Say what came of a plan; False where somebody has closed it before."""
    standing = JointPlan.objects.filter(pk=plan.pk).standing()
    closed = standing.update(closed_at=at, result=result.strip())
    if closed:
        audit.record("trade.plan.closed", plan, by=by, at=at)
    return bool(closed)


def _partners(one: Customer, other: Customer) -> bool:
    ends = sorted((one.pk, other.pk))
    tied = Relation.objects.standing().filter(kind=Relation.Kind.PARTNER)
    return tied.filter(customer__in=ends, other__in=ends).exists()

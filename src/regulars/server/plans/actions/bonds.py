"""Somebody judges what binds a customer; every judgement is kept."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.plans import rules
from regulars.server.plans.models import Bond


@transaction.atomic
def judge(
    customer: Customer,
    *,
    strands: Collection[str],
    by: Actor,
    at: datetime,
    suggested: Collection[str] = (),
    note: str = "",
) -> Bond:
    """Keep which strands there are; the level follows from them by the company's rule.

    :raises BadInput: a strand does not exist, or not for this kind of customer.
    """
    known = {strand.code for strand in rules.strands_for(customer.kind)}
    if unknown := sorted(set(strands) - known):
        raise BadInput(f"Nothing binds a customer by {unknown[0]!r}.")
    policy = rules.Policy.of(core.settings_of_company())
    made = Bond.objects.create(
        customer=customer,
        level=rules.level(strands, policy.needs),
        strands=sorted(strands),
        suggested=sorted(suggested),
        note=" ".join(note.split()),
        judged_at=at,
        judged_by=by if isinstance(by, Person) else None,
    )
    audit.record("plans.bond.judged", made, by=by, at=at, level=made.level)
    return made

"""Gifts of a plan: asked for from the shelves, one for each customer of its tiers."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.queries.policy import levels_of
from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.festivals import queries
from regulars.server.festivals.actions.planning import NotNow
from regulars.server.festivals.models import Plan
from regulars.server.rewards import actions as rewards
from regulars.server.rewards.models import Present


@dataclass(frozen=True)
class Given:
    """How many gifts were set aside, and why others were not."""

    gifts: int = 0
    had: int = 0
    refused: dict[str, int] = field(default_factory=dict)


def ask_gifts(plan: Plan, *, by: Person, at: datetime) -> Given:
    """Ask for the plan's gift for each of its upper tiers whom `by` sees; asked again,
    nobody gets a second one.

    :raises NotNow: the plan is not decided, or names no gift.
    """
    if plan.state != Plan.State.DECIDED or plan.gift is None:
        raise NotNow(_("Decide on the plan and name its gift first."))
    people = queries.members(plan.festival, plan.segment, by, on=plan.on, at=at)
    levels = levels_of(people)
    wanted = [pk for pk in people if levels.get(pk, 0) in plan.gift_levels]
    known = set(
        Present.objects.filter(key__startswith=f"{plan.key}:").values_list(
            "customer", flat=True
        )
    )
    refused: Counter[str] = Counter()
    given = 0
    found = Customer.objects.visible_to(by).filter(pk__in=set(wanted) - known)
    for customer in found.select_related("book__org_unit").order_by("pk"):
        try:
            _ask(plan, customer, by=by, at=at)
            given += 1
        except (Refused, BadInput) as error:
            refused[str(error)] += 1
    audit.record(
        "festivals.gifts", plan, by=by, at=at, gifts=given, refused=sum(refused.values())
    )
    return Given(given, len(known & set(wanted)), dict(refused.most_common()))


@transaction.atomic
def _ask(plan: Plan, customer: Customer, *, by: Person, at: datetime) -> None:
    assert plan.gift is not None
    rewards.ask(
        customer, plan.gift, place=customer.book.org_unit, occasion="festival",
        reason=str(plan.festival), key=f"{plan.key}:{customer.pk}", by=by, at=at,
    )  # fmt: skip

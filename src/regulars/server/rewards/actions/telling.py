"""What leaves the house is written down; coupons for a segment, if they may be given for it."""

from __future__ import annotations

from datetime import datetime

from django.db import models, transaction

from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product
from regulars.server.rewards import rules
from regulars.server.rewards.actions import coupons, terms
from regulars.server.rewards.models import Batch
from regulars.server.segments import queries as segments
from regulars.server.segments.models import Segment
from regulars.server.tiers.models import SchemeVersion


def exported(subject: models.Model | str, rows: int, *, by: Person, at: datetime) -> None:
    """Somebody took a list along."""
    audit.record("rewards.exported", subject, by=by, at=at, rows=rows)


@transaction.atomic
def issue_to(batch: Batch, segment: Segment, *, by: Person, at: datetime) -> tuple[int, int]:
    """Give each customer of a segment one; returns how many got one and how many did not.

    :raises Forbidden: a bank's segment asks for deposits: that would be a gift for them.
    """
    check_segment(segment)
    ids = segments.members(by, segment, at=at)
    found = Customer.objects.visible_to(by).filter(pk__in=ids).order_by("pk")
    key = f"many:{batch.public_id}:{segment.public_id}:{core.local_date(at)}"
    return coupons.issue_many(batch, found.iterator(), key=key, by=by, at=at)


def check_segment(segment: Segment) -> None:
    """:raises Forbidden: a bank's segment asks for deposits: that would be a gift for them."""
    deposits = Product.objects.filter(kind=Product.Kind.DEPOSIT).values_list("code", flat=True)
    active = SchemeVersion.objects.filter(state=SchemeVersion.State.ACTIVE)
    measures = dict(active.values_list("scheme__code", "measure"))
    if rules.asks_for_deposits(segment.rule, products=set(deposits), measures=measures):
        terms.check_condition(rules.BALANCE)

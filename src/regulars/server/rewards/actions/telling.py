"""What leaves the house is written down; coupons for a segment, if they may be given for it."""

from __future__ import annotations

from datetime import datetime

from django.db import models

from regulars.server.core import audit
from regulars.server.core.models import Person
from regulars.server.products.models import Product
from regulars.server.rewards import rules
from regulars.server.rewards.actions import terms
from regulars.server.segments.models import Segment
from regulars.server.tiers.models import SchemeVersion


def exported(subject: models.Model | str, rows: int, *, by: Person, at: datetime) -> None:
    """Somebody took a list along."""
    audit.record("rewards.exported", subject, by=by, at=at, rows=rows)


def check_segment(segment: Segment) -> None:
    """:raises Forbidden: a bank's segment asks for deposits: that would be a gift for them."""
    deposits = Product.objects.filter(kind=Product.Kind.DEPOSIT).values_list("code", flat=True)
    active = SchemeVersion.objects.filter(state=SchemeVersion.State.ACTIVE)
    measures = dict(active.values_list("scheme__code", "measure"))
    if rules.asks_for_deposits(segment.rule, products=set(deposits), measures=measures):
        terms.check_condition(rules.BALANCE)

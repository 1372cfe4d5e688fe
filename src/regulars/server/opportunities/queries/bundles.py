"""Bundles, and for whom they are."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import QuerySet

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Bundle
from regulars.server.opportunities.rules import Fits, fits
from regulars.server.segments import queries as segments
from regulars.server.tiers.models import Assignment


def bundles() -> QuerySet[Bundle]:
    """Every bundle, those in use first."""
    found = Bundle.objects.prefetch_related("parts__product").select_related("segment")
    return found.order_by("is_retired", "name", "pk")


def bundle(public_id: str) -> Bundle | None:
    return bundles().filter(public_id=public_id).first()


def fitting(viewer: Person | None, customer: Customer, bundle: Bundle, at: datetime) -> Fits:
    """Hold a customer against a bundle; a segment is asked through the viewer's eyes."""
    level = Assignment.objects.standing().filter(customer=customer).values_list("level").first()
    inside: bool | None = None
    if bundle.segment is not None:
        inside = viewer is not None and customer.pk in segments.matches(
            viewer, bundle.segment, [customer.pk], at=at
        )
    return fits(
        levels=bundle.levels,
        kind=bundle.kind,
        classes=bundle.classes,
        in_segment=inside,
        level=level[0] if level else None,
        customer_kind=customer.kind,
        business_class=customer.business_class,
    )


def bundles_for(viewer: Person, customer: Customer, at: datetime) -> Sequence[Bundle]:
    """What is offered now to customers like this one."""
    return [each for each in _offered(at) if fitting(viewer, customer, each, at).is_eligible]


def _offered(at: datetime) -> QuerySet[Bundle]:
    found = Bundle.objects.offered(core.local_date(at)).select_related("segment")
    return found.prefetch_related("parts__product").order_by("name", "pk")

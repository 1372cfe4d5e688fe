"""For whom marketing waits."""

from __future__ import annotations

from collections.abc import Collection

from regulars.server.channels.models import MarketingHold

# A SELECT of the customers whose marketing waits now, one row each.
STANDING = "select distinct customer_id from channels_marketinghold where lifted_at is null"


def held(customers: Collection[int]) -> frozenset[int]:
    """Those of some customers whose marketing waits now."""
    found = MarketingHold.objects.filter(customer__in=customers, lifted_at__isnull=True)
    return frozenset(found.order_by().values_list("customer", flat=True))

"""What is expected of an opportunity, as a form carries it: to see who changed it meanwhile."""

from __future__ import annotations

from collections.abc import Mapping

from regulars.server.opportunities.models import Opportunity

EXPECTED = ("kind", "amount", "margin", "expected_on", "owner_id")


def expected(found: Opportunity) -> Mapping[str, str]:
    """The values by the names of their fields, plain; what is not said is empty."""
    told = {name: getattr(found, name) for name in EXPECTED}
    return {
        name.removesuffix("_id"): "" if value is None else str(value)
        for name, value in told.items()
    }

"""What customers are worth together: those a tie reaches, those of a household."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.queries import Network, SeenHousehold
from regulars.server.tiers import queries
from regulars.server.web.bricks import Brick


def reach(viewer: Person, network: Network, at: datetime) -> dict[str, Any] | None:
    """How much value lies within one step and two."""
    sums = [
        (steps, queries.together(viewer, network.within(steps)))
        for steps in range(1, network.steps + 1)
    ]
    known = [(steps, found) for steps, found in sums if found is not None]
    return {"sums": known} if known else None


def household(viewer: Person, seen: SeenHousehold, at: datetime) -> dict[str, Any]:
    """What the members whom the viewer may see bring together."""
    marks = queries.tiers_of(seen.ids)
    return {
        "found": queries.together(viewer, seen.ids),
        "marks": [
            (member.customer, marks[member.customer_id])
            for member in seen.members
            if member.customer_id in marks
        ],
    }


BRICKS = (
    Brick("ties.tiles", 10, "tiers/_reach.html", reach, Permission.SEE_CUSTOMERS),
    Brick("household.main", 10, "tiers/_household.html", household, Permission.SEE_CUSTOMERS),
)

"""Who looked after a customer; and counts that stand beside the pages of books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.books import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick


def nobody(viewer: Person) -> int:
    """Customers of top tiers whom nobody looks after."""
    return queries.without_anybody_count(viewer)


def free(viewer: Person) -> int:
    """Customers of the branch's pool."""
    return queries.pool_size(viewer)


def owner(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Everybody who looked after a customer, and the way back to the pool."""
    book = customer.book
    may_release = viewer.may(Permission.ASSIGN_BOOKS) or book.owner_id == viewer.pk
    return {
        "owners": queries.owners(customer),
        "backup": book.backup,
        "may_release": may_release and book.owner_id is not None,
    }


BRICKS = (
    Brick(
        place="customer.side",
        order=85,
        template="books/_owner.html",
        context=owner,
        permission=Permission.SEE_CUSTOMERS,
    ),
)

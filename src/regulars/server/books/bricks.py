"""Who looked after a customer; and counts that stand beside the pages of books."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.books import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick


def may_release(viewer: Person, customer: Customer) -> bool:
    """Whether the viewer assigns books or is the owner; a backup gives nobody back."""
    book = customer.book
    may = viewer.may(Permission.ASSIGN_BOOKS) or book.owner_id == viewer.pk
    return may and book.owner_id is not None


def owner(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Everybody who looked after a customer, and the way back to the pool."""
    return {
        "owners": queries.owners(customer),
        "backup": customer.book.backup,
        "may_release": may_release(viewer, customer),
    }


BRICKS = (
    Brick(
        place="customer.file",
        order=70,
        template="books/_owner.html",
        context=owner,
        permission=Permission.SEE_CUSTOMERS,
    ),
)

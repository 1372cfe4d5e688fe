"""What was spent under a file that went into another, for whoever looks after that one.

A merge takes lots along; what was spent before stays with the file that spent it, which may be
of a book that the viewer does not see.
"""

from __future__ import annotations

from regulars.server.core import scope
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Account, Currency, Entry, Movement


def movement(viewer: Person, public_id: str, *, of: Customer | None = None) -> Movement | None:
    """One movement of a customer whom the viewer sees, or of a file that went into theirs."""
    with scope.beyond():
        known = Movement.objects.select_related("account__customer__book")
        found = known.filter(public_id=public_id).first()
        if found is None:
            return None
        spent = Entry.objects.filter(movement=found, target="spent").order_by()
        homes = list(spent.values_list("lot__account", flat=True))
        homes += [found.account_id] if found.account_id else []
    mine = Account.objects.visible_to(viewer).filter(pk__in=homes)
    if of is not None:
        mine = mine.filter(customer=of)
    return found if mine.exists() else None


def accounts_before(customer: Customer) -> list[int]:
    """The accounts of points of files that went into this one. Call it beyond the wall."""
    files, fresh = [], [customer.pk]
    while fresh:
        gone = Customer.objects.filter(merged_into__in=fresh, state=Customer.State.MERGED)
        fresh = list(gone.order_by("pk").values_list("pk", flat=True))
        files += fresh
    found = Account.objects.filter(customer__in=files, currency=Currency.POINTS)
    return list(found.order_by("pk").values_list("pk", flat=True)) if files else []

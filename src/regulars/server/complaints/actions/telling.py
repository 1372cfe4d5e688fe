"""What leaves the house, and who looked at a number in full, is written into the trail."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from regulars.base.errors import Refused
from regulars.server.complaints import queries
from regulars.server.complaints.models import Case
from regulars.server.core import audit, scope
from regulars.server.core.models import Person
from regulars.server.customers import actions as customers


def look_at_phone(case: Case, *, by: Person, at: datetime) -> str:
    """The number of who complains, for whoever handles the open case; the look is kept.

    :raises Refused: somebody else handles it, or it is closed.
    """
    if not queries.may_see_phone(case, by):
        raise Refused(_("The number is for whoever handles the complaint."))
    customer = queries.owner_of(case)
    if customer is None:
        audit.record("complaints.phone.seen", case, by=by, at=at)
        return case.phone
    with scope.beyond():
        customers.reveal(customer, ["phone"], reason="call", by=by, at=at)
    return customer.phone


def exported(count: int, *, by: Person, at: datetime) -> None:
    """Somebody took a list of complaints along."""
    audit.record("complaints.exported", "complaints.Case", by=by, at=at, rows=count)

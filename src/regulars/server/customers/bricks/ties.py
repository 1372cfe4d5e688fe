"""Whom the customer is tied to, in the words of either side."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers import queries
from regulars.server.customers.forms import role_words
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import SeenTie

SHOWN = 8  # in the margin of the page; the rest stands on the page of the ties


def relations(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The standing ties; without any, only who may add one is told so."""
    ties = queries.ties(viewer, customer, most=SHOWN + 1)
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if not ties and not may_edit:
        return None
    return {
        "ties": [(tie, words(tie)) for tie in ties[:SHOWN]],
        "more": len(ties) > SHOWN,
        "may_edit": may_edit,
    }


def words(tie: SeenTie) -> str:
    """What the other one is to this customer."""
    return str(role_words(tie.role))

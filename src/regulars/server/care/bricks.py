"""What the work shows on the customer page: the open reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from regulars.server.care import actions, queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer


def open_tasks(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    found = queries.open_tasks(viewer, customer, at)
    if not found:
        return None
    return {"tasks": found, "may_record": viewer.may(Permission.RECORD_CONTACT)}


def visits(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """The visits ahead, and the way to plan one."""
    if not viewer.may(Permission.RECORD_CONTACT):
        return None
    found = queries.visits_to(viewer, customer)
    keeps = bool(found) and actions.keeps_position()
    return {"visits": found, "at": at, "may_record": True, "keeps_position": keeps}


def answers(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """What the customer answered after a purchase."""
    found = queries.answers_of(viewer, customer)
    return {"answers": found} if found else None


BANDS = {
    "morning": _("before 11:00"),
    "noon": _("between 11:00 and 14:00"),
    "afternoon": _("between 14:00 and 18:00"),
    "evening": _("after 18:00"),
}


def habit(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """When the customer answers the phone: derived, with the calls that say so."""
    found = queries.answered_calls(viewer, customer, at)
    return {"habit": found, "words": BANDS[found.band]} if found else None

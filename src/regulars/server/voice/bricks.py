"""What a customer says of us beside their page, and low scores in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.voice import queries
from regulars.server.voice.queries import panel
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count


def said(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Answers, comments, what is open, and the surveys that may be asked now."""
    return {
        "answers": queries.of_customer(viewer, customer, most=3),
        "comments": queries.comments_of(viewer, customer),
        "loops": queries.loops_of(viewer, customer),
        "waves": queries.askable(viewer, customer, at)[:3],
        "may_ask": viewer.may(Permission.RECORD_CONTACT),
    }


def count(viewer: Person, at: datetime) -> Count | None:
    waiting, late = queries.waiting(viewer, at)
    return Count(waiting, late=late) if waiting else None


def panel_begins(viewer: Person, at: datetime) -> Count | None:
    """Panel waves of which whoever keeps the surveys is reminded."""
    coming = panel.coming(viewer, at)
    return Count(len(coming)) if coming else None


BRICKS = (Brick("customer.side", 14, "voice/_brick.html", said, Permission.SEE_CUSTOMERS),)

"""Complaints beside the customer's page, and what presses, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.care.models import Card
from regulars.server.complaints import queries
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

MOST = 3
ON_TODAY = 6
ABOUT = (queries.OPENED, queries.CLOSED, queries.DUE)


def complaints(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Open and late cases first, and the way to write a new one."""
    rows = queries.of_customer(viewer, customer, at, most=MOST)
    total = queries.counted_of(viewer, customer) if len(rows) == MOST else len(rows)
    return {"rows": rows, "total": total}


def today(viewer: Person, subject: Person, at: datetime) -> dict[str, Any] | None:
    """What the viewer handles or what rose to them, where their list has no card of it."""
    rows = queries.for_today(viewer, at, carded=queries.carded(viewer, at))
    return {"rows": rows[:ON_TODAY], "left": max(len(rows) - ON_TODAY, 0)} if rows else None


def on_card(viewer: Person, card: Card, at: datetime) -> dict[str, Any]:
    """What a customer complains about in a talk is written down where the talk is.

    A card about a complaint leads to its case.
    """
    refs = {
        task.facts["ref"]: task.facts.get("number", "")
        for task in card.tasks.all()
        if task.trigger in ABOUT and task.facts.get("ref") and task.state == task.State.OPEN
    }
    return {"customer": card.customer, "cases": refs}


def count(viewer: Person, at: datetime) -> Count | None:
    if not viewer.may(Permission.RECORD_CONTACT):
        return None
    waiting, late = queries.pressing(viewer, at)
    return Count(waiting, late=late) if waiting else None


BRICKS = (
    Brick("customer.side", 7, "complaints/_brick.html", complaints, Permission.RECORD_CONTACT),
    Brick("home", 10, "complaints/_today.html", today, Permission.RECORD_CONTACT),
    Brick("card.foot", 5, "complaints/_on_card.html", on_card, Permission.RECORD_CONTACT),
)

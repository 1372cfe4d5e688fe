"""Referrals beside the customer's page and on cards, and what presses, in the navigation."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from regulars.server.care.models import Card
from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.models.stages import Kind
from regulars.server.referrals import queries
from regulars.server.scoring import queries as scoring
from regulars.server.web.bricks import Brick
from regulars.server.web.navigation import Count

SHOWN = 4
ASKS = frozenset({"survey_promoter", "owner_referral"})


def of_customer(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any]:
    """Whom a customer referred, how they came, and what their referrals are worth."""
    rows = queries.made_by(viewer, customer)
    return {
        "rows": rows[:SHOWN],
        "more": max(0, len(rows) - SHOWN),
        "came": queries.that_brought(viewer, customer),
        "link": queries.link(viewer, customer),
        "worth": _worth(viewer, customer),
        "policy": queries.policy(),
        "may_act": viewer.may(Permission.RECORD_CONTACT),
    }


def of_opportunity(
    viewer: Person, opportunity: Opportunity, at: datetime
) -> dict[str, Any] | None:
    """Who came of an opportunity to be recommended, and the ways to bring the next one."""
    if opportunity.kind != Kind.REFERRAL:
        return None
    return {
        "rows": [queries.seen(row, at) for row in queries.come_of(viewer, opportunity)],
        "may_act": viewer.may(Permission.RECORD_CONTACT) and opportunity.is_open,
    }


def on_card(viewer: Person, card: Card, at: datetime) -> dict[str, Any] | None:
    """Who recommended the friend, what to tell who referred, and the link to give."""
    triggers = queries.triggers_of(card)
    found: dict[str, Any] = {"card": card, "came": None, "tell": (), "ask": False}
    if queries.RECEIVED in triggers:
        found["came"] = came = queries.that_brought(viewer, card.customer)
        found["naming"] = queries.naming(came) if came else ""
    if queries.FEEDBACK in triggers:
        rows = queries.to_tell(viewer, card.customer)
        found["tell"] = [(each, queries.line_of(each, core.local_date(at))) for each in rows]
    if ASKS & triggers:
        found["ask"] = viewer.may(Permission.RECORD_CONTACT)
    return found if found["came"] or found["tell"] or found["ask"] else None


def count(viewer: Person, at: datetime) -> Count | None:
    if not viewer.may(Permission.RECORD_CONTACT):
        return None
    waiting, late = queries.waiting(viewer, at)
    return Count(waiting, late=late) if waiting else None


def _worth(viewer: Person, customer: Customer) -> dict[str, Any] | None:
    """CRV beside CLV; nothing before it was learned, or without a referral within a year."""
    if not viewer.may(Permission.SEE_SCORES):
        return None
    known = scoring.figures(viewer, customer)
    if not known.get("referred"):
        return None
    return {"crv": known.get("crv"), "clv": known.get("clv_36")}


BRICKS = (
    Brick(
        "opportunity.main",
        10,
        "referrals/_of_opportunity.html",
        of_opportunity,
        Permission.SEE_CUSTOMERS,
    ),
    Brick("customer.side", 16, "referrals/_brick.html", of_customer, Permission.SEE_CUSTOMERS),
    Brick("card.foot", 20, "referrals/_on_card.html", on_card, Permission.SEE_CUSTOMERS),
)

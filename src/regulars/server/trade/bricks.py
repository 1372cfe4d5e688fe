"""What trade says on a customer's page; nothing where there is nothing to say."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from regulars.server.core import queries as core
from regulars.server.core.models import Person
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.trade import queries, rules
from regulars.server.trade.models import Terms
from regulars.server.web.bricks import Brick

SHOWN = 6  # contact persons in the margin of the page; the rest stands on the trade page


def contacts(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """Who decides in an organisation."""
    if not customer.is_organization:
        return None
    found = queries.contacts(viewer, customer, on=core.local_date(at), most=SHOWN + 1)
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if not found and not may_edit:
        return None
    return {
        "contacts": found[:SHOWN],
        "more": len(found) > SHOWN,
        "may_edit": may_edit,
        "nobody_decides": bool(found) and not any(c.contact.role == "decides" for c in found),
    }


def contact_of(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """For which organisations a person speaks."""
    if customer.is_organization:
        return None
    found = queries.contact_of(viewer, customer, on=core.local_date(at))
    return {"found": found} if found else None


def terms(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """What was agreed and until when, the last quote, and how the organisation pays."""
    if not customer.is_organization:
        return None
    today = core.local_date(at)
    held = queries.terms(viewer, customer, most=20)
    quotes = queries.quotes(viewer, customer, most=1)
    bills = queries.bills(viewer, customer, on=today)
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if not (held or quotes or bills or may_edit):
        return None
    current = next((each for each in held if holds(each, today)), None)
    return {
        "current": current,
        "ended": None if current else next((t for t in held if t.starts_on <= today), None),
        "next": next((each for each in reversed(held) if each.starts_on > today), None),
        "soon": current is not None and ends_soon(current, today),
        "days_left": days_left(current, today),
        "quote": quotes[0] if quotes else None,
        "quote_state": quote_state(quotes[0], today) if quotes else "",
        "paying": rules.behaviour(bills, on=today) if bills else None,
        "sticks": rules.sticks(bills, on=today),
        "today": today,
        "may_edit": may_edit,
    }


def bargaining(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """How an organisation bargains, and what decides its purchase."""
    if not customer.is_organization:
        return None
    told = queries.profile(viewer, customer)
    may_edit = viewer.may(Permission.RECORD_CONTACT)
    if told is None and not customer.key_concern and not may_edit:
        return None
    return {
        "profile": told,
        "may_edit": may_edit,
        "may_see": viewer.may(Permission.SEE_PERSONAL),
    }


def partners(viewer: Person, customer: Customer, at: datetime) -> dict[str, Any] | None:
    """With whom an organisation works together, and what both mean to do."""
    if not customer.is_organization:
        return None
    found = queries.partners(viewer, customer)
    if not found:
        return None
    return {
        "partners": found,
        "today": core.local_date(at),
        "may_edit": viewer.may(Permission.RECORD_CONTACT),
    }


def holds(terms: Terms, on: date) -> bool:
    return terms.starts_on <= on and (terms.ends_on is None or terms.ends_on >= on)


def ends_soon(terms: Terms, on: date) -> bool:
    """Whether terms end within the setting, and nothing follows."""
    if terms.ends_on is None or terms.replaced_by_id:
        return False
    return (terms.ends_on - on).days <= queries.ending_days()


def days_left(terms: Terms | None, on: date) -> int | None:
    """Days until the last one on which terms hold."""
    return (terms.ends_on - on).days if terms and terms.ends_on else None


def quote_state(quote: Any, on: date) -> str:
    """A quote's state on a day, in words."""
    state = rules.state_on(quote.state, quote.valid_until, on)
    return str(type(quote).State(state).label)


BRICKS = (
    Brick("customer.side", 12, "trade/_contacts.html", contacts),
    Brick("customer.side", 12, "trade/_contact_of.html", contact_of),
    Brick("customer.side", 14, "trade/_terms.html", terms),
    Brick("customer.side", 16, "trade/_bargaining.html", bargaining),
    Brick("customer.side", 18, "trade/_partners.html", partners),
)

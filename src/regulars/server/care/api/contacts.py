"""Contacts for other systems: recorded as by the form of the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Router

from regulars.server.care import actions, queries
from regulars.server.care.api.shapes import ContactIn, ContactOut, Id, UndoIn
from regulars.server.care.api.visits import beside
from regulars.server.care.forms import ContactForm
from regulars.server.care.models import Visit
from regulars.server.channels import queries as channels
from regulars.server.channels.models import Touch
from regulars.server.core.api import Keyed, KeyedRequest, acted, acting, example, refuse
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer

router = Router(tags=["work"])


@router.post(
    "",
    response=ContactOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="add_contact",
    summary="Record a contact",
    openapi_extra=example(
        customer="7hq2k9xw4mzt", channel="call", outcome="reached", topic="review",
        note="Wants to renew.", next_step="Send the rates", next_on="2026-11-25",
    ),
)  # fmt: skip
def contact(request: KeyedRequest, told: ContactIn) -> Any:
    """A contact in full; where the customer answered, the open reasons are done."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    customer = customers.customers(by).filter(public_id=told.customer).first()
    if customer is None:
        raise Http404
    people = queries.companions(by, customer)
    typed = _typed(told) | ({"beside": beside(people, told.beside)} if told.beside else {})
    form = ContactForm(typed, at=request.at, people=people)
    if not form.is_valid():
        raise refuse(form, PLACES)
    given = form.told() | {"service": told.service, "visit": _visit(by, customer, told.visit)}
    touch = actions.record_contact(customer, by=by, at=request.at, **given)
    acted(request, by, touch, "contact")
    return _contact(touch, customer)


@router.post(
    "/{public_id}/undo",
    response=ContactOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="undo_contact",
    summary="Take a contact back",
    openapi_extra=example(),
)
def undo(request: KeyedRequest, public_id: Id, told: UndoIn) -> Any:
    """Within five minutes, by whom it names: what it closed is open again."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    seen = customers.customers(by)
    touch = channels.contact(by, public_id)
    customer = seen.filter(pk=touch.customer_id).first() if touch else None
    if touch is None or customer is None:
        raise Http404
    touch = actions.undo_contact(touch, by=by, at=request.at)
    acted(request, by, touch, "undo")
    return _contact(touch, customer)


def _visit(by: Person, customer: Customer, public_id: str | None) -> Visit | None:
    """The planned visit to this customer that a contact names."""
    if public_id is None:
        return None
    found = queries.visit(by, public_id)
    if found is None or found.customer_id != customer.pk:
        raise Http404
    return found


# Where a field of the form stands in the body.
PLACES = {
    "promise": "promise/text",
    "promise_on": "promise/due_on",
    "promise_at": "promise/due_hour",
}


def _typed(told: ContactIn) -> dict[str, str]:
    """The body as the form of the pages would send it."""
    plain = ("channel", "outcome", "topic", "note", "need", "next_step")
    typed: dict[str, Any] = {name: getattr(told, name) for name in plain}
    if told.inbound:
        typed["inbound"] = "on"
    if told.key_concern is not None:
        typed["key_concern"] = told.key_concern
    if told.next_on is not None:
        typed["next_on"] = told.next_on.isoformat()
    if told.promise is not None:
        typed |= {
            "promise": told.promise.text,
            "promise_on": told.promise.due_on.isoformat(),
            "promise_at": told.promise.due_hour or "",
        }
    return typed


def _contact(touch: Touch, customer: Customer) -> dict[str, Any]:
    return {
        "id": touch.public_id,
        "customer": customer.public_id,
        "at": touch.at,
        "channel": touch.channel,
        "outcome": touch.outcome,
        "two_way": touch.two_way,
        "taken_back": touch.reversed_at is not None,
    }

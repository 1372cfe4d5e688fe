"""Contacts for other systems: recorded as by the form of the pages."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from ninja import Router

from regulars.server.care import actions
from regulars.server.care.api.shapes import ContactIn, ContactOut
from regulars.server.care.forms import ContactForm
from regulars.server.channels.models import Touch
from regulars.server.core.api import Keyed, KeyedRequest, acted, acting, example, refuse
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
    form = ContactForm(_typed(told), at=request.at)
    if not form.is_valid():
        raise refuse(form, PLACES)
    given = form.told() | {"service": told.service}
    touch = actions.record_contact(customer, by=by, at=request.at, **given)
    acted(request, by, touch, "contact")
    return _contact(touch, customer)


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
    }

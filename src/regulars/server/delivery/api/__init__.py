"""Messages for other systems: hand one over, hear what became of it, steer mailings."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router

from regulars.server.core.api import (
    PUBLIC_ID as PUBLIC_ID,
)
from regulars.server.core.api import (
    Digits as Digits,
)
from regulars.server.core.api import (
    Keyed,
    KeyedRequest,
    Problem,
    as_viewer,
    demand_known,
    page,
)
from regulars.server.core.api import (
    Known as Known,
)
from regulars.server.core.api.shapes import PLAIN as PLAIN
from regulars.server.core.rights import Right
from regulars.server.customers import queries as customers
from regulars.server.customers.api import CustomerRef as CustomerRef
from regulars.server.customers.api import customer_ref
from regulars.server.delivery import actions, queries
from regulars.server.delivery.api.shapes import (
    Id,
    MailingOut,
    MailingPage,
    MessageIn,
    MessageOut,
    MessagePage,
    NothingIn,
    WantedMailings,
    WantedMessages,
    WhyIn,
)
from regulars.server.delivery.forms.words import provider_said, why_not
from regulars.server.delivery.models import Delivery, Mailing

mailings_router, messages_router = Router(tags=["messages"]), Router(tags=["messages"])
customers_router = Router(tags=["messages"])
DAY = timedelta(days=1)
SAID = {
    "customer": "7hq2k9xw4mzt",
    "channel": "sms",
    "purpose": "service",
    "text": "您的存单将于 12 月 1 日到期。",
}


def _example(**value: Any) -> dict[str, Any]:
    """The example of a body, for the document."""
    told = {"usual": {"value": value}}
    return {"requestBody": {"content": {"application/json": {"examples": told}}}}


@mailings_router.get(
    "",
    response=MailingPage,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="list_mailings",
    summary="List mailings",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedMailings, Query()]) -> Any:
    """Mailings with somebody within the key's reach, the newest first."""
    demand_known(request, WantedMailings.model_fields)
    viewer = as_viewer(request.api_key)
    found = queries.mailings_after(viewer, wanted.cursor or "", shown=wanted.show)
    kept = None if found is None else list(found[: wanted.limit + 1])
    rows, following = page(kept, wanted.limit, wanted.cursor)
    told = [_mailing(each) for each in queries.progress(viewer, rows)]
    return {"mailings": told, "next": following}


@mailings_router.get(
    "/{public_id}",
    response=MailingOut,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="get_mailing",
    summary="Read one mailing",
)
def mailing(request: KeyedRequest, public_id: Id) -> Any:
    """How far it is."""
    return _told(request, _found(request, public_id))


@mailings_router.post(
    "/{public_id}/pause",
    response=MailingOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="pause_mailing",
    summary="Pause a mailing at the very next message",
    openapi_extra=_example(why="The date in the text is wrong."),
)
def pause(request: KeyedRequest, public_id: Id, told: WhyIn) -> Any:
    """Needs a key that reaches the whole company."""
    found = _steered(request, public_id)
    actions.pause(found, why=told.why, by=request.api_key, at=request.at)
    return _told(request, found)


@mailings_router.post(
    "/{public_id}/resume",
    response=MailingOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="resume_mailing",
    summary="Let a paused mailing go on",
    openapi_extra=_example(),
)
def resume(request: KeyedRequest, public_id: Id, told: NothingIn) -> Any:
    """What is out of its time meanwhile stays unsent."""
    found = _steered(request, public_id)
    actions.resume(found, by=request.api_key, at=request.at)
    return _told(request, found)


@mailings_router.post(
    "/{public_id}/stop",
    response=MailingOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="stop_mailing",
    summary="Stop a mailing for good",
    openapi_extra=_example(why="The offer is over."),
)
def stop(request: KeyedRequest, public_id: Id, told: WhyIn) -> Any:
    """Whoever has no message yet gets none any more."""
    found = _steered(request, public_id)
    actions.stop(found, why=told.why, by=request.api_key, at=request.at)
    return _told(request, found)


@messages_router.post(
    "",
    response=MessageOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="send_message",
    summary="Hand over one message to one customer",
    openapi_extra=_example(**SAID),
)
def send(request: KeyedRequest, told: MessageIn) -> Any:
    """Laid down now, sent by the queue: ask for its state later. Needs an Idempotency-Key;
    repeated with it, the message goes once and its answer comes again."""
    key = request.headers.get("Idempotency-Key")
    if not key:
        said = _("A message needs an Idempotency-Key, so that a repeated request sends once.")
        raise Problem("malformed", said)
    customer = customers.one(as_viewer(request.api_key), told.customer)
    if customer is None:
        said = _("No customer within the reach of the key has this id.")
        raise Problem("invalid", said, errors=[{"pointer": "/customer", "detail": said}])
    row = actions.send_one(
        f"api:{request.api_key.public_id}:{hashlib.sha256(key.encode()).hexdigest()[:40]}",
        customer,
        name=request.api_key.name,
        valid_until=told.valid_until or request.at + DAY,
        by=request.api_key,
        at=request.at,
        **told.model_dump(exclude={"customer", "valid_until"}),
    )
    return _message(request, row)


@messages_router.get(
    "/{public_id}",
    response=MessageOut,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="get_message",
    summary="Read what became of a message",
)
def message(request: KeyedRequest, public_id: Id) -> Any:
    """One message by its id."""
    row = queries.message(as_viewer(request.api_key), public_id)
    if row is None:
        raise Http404
    return _message(request, row)


@customers_router.get(
    "/{public_id}/messages",
    response=MessagePage,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="list_customer_messages",
    summary="List the messages to a customer, sent or not",
)
def of_customer(
    request: KeyedRequest, public_id: Id, wanted: Annotated[WantedMessages, Query()]
) -> Any:
    """The newest first; those that were not sent say why."""
    demand_known(request, WantedMessages.model_fields)
    viewer = as_viewer(request.api_key)
    customer = customers.one(viewer, public_id)
    if customer is None:
        raise Http404
    found = queries.of_customer_after(viewer, customer.pk, wanted.cursor or "")
    kept = None if found is None else list(found[: wanted.limit + 1])
    rows, following = page(kept, wanted.limit, wanted.cursor)
    return {"messages": [_message(request, row) for row in rows], "next": following}


def _found(request: KeyedRequest, public_id: str) -> Mailing:
    found = queries.mailing(as_viewer(request.api_key), public_id)
    if found is None:
        raise Http404
    return found


def _steered(request: KeyedRequest, public_id: str) -> Mailing:
    found = _found(request, public_id)
    if not queries.may_steer(as_viewer(request.api_key)):
        said = _("A mailing is held for everybody. Use a key that reaches the whole company.")
        raise Problem("forbidden", said)
    return found


def _told(request: KeyedRequest, found: Mailing) -> dict[str, Any]:
    (progress,) = queries.progress(as_viewer(request.api_key), [found])
    return _mailing(progress)


def _mailing(progress: queries.Progress) -> dict[str, Any]:
    mailing = progress.mailing
    same = ("name", "purpose", "state", "why", "not_before", "valid_until", "made_at")
    return {name: getattr(mailing, name) for name in (*same, "ended_at")} | {
        "id": mailing.public_id,
        "channel": mailing.line.channel,
        "people": progress.people,
        "steps": dict(progress.steps),
    }


def _message(request: KeyedRequest, row: Delivery) -> dict[str, Any]:
    same = ("subject", "text", "state", "reason", "laid_at", "begun_at", "news_at")
    return {name: getattr(row, name) for name in (*same, "parts", "cost")} | {
        "id": row.public_id,
        "customer": customer_ref(request, row.customer),
        "mailing": row.mailing.public_id,
        "channel": row.mailing.line.channel,
        "purpose": row.mailing.purpose,
        "why": why_not(row),
        "said": provider_said(row),
    }

"""Gifts: the catalogue, asked for, approved or declined, handed over, come back."""

from __future__ import annotations

import base64
import binascii
from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query

from regulars.base.errors import BadInput
from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import customer_ref
from regulars.server.rewards import actions, queries
from regulars.server.rewards.api.gift_shapes import (
    GiftList,
    PresentBackIn,
    PresentHandIn,
    PresentIn,
    PresentOut,
    PresentPage,
    WantedPresents,
)
from regulars.server.rewards.api.shared import Id, VoidIn, customer_of, key_of, router
from regulars.server.rewards.models import Present


@router.get(
    "/gifts",
    response=GiftList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_gifts",
    summary="List the catalogue of gifts with its shelves",
)
def catalogue(request: KeyedRequest, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """Shelves that the person sees."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    return {
        "gifts": [
            {
                "id": row.gift.public_id,
                "code": row.gift.code,
                "name": row.gift.name,
                "cost": row.gift.unit_cost,
                "points": row.gift.points,
                "is_offered": row.gift.is_offered,
                "shelves": [
                    {"place": each.place.code, "name": each.place.name, "held": each.held}
                    for each in row.shelves
                ],
            }
            for row in queries.shelved(viewer)
        ]
    }


@router.get(
    "/presents",
    response=PresentPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_presents",
    summary="List gifts for customers",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedPresents, Query()]) -> Any:
    """Gifts for the customers whom the person sees, the newest first."""
    demand_known(request, WantedPresents.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.presents_after(
        viewer, customer=wanted.customer or "", state=wanted.state or "",
        after=wanted.cursor or "", most=wanted.limit + 1,
    )  # fmt: skip
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"presents": [_present(request, each) for each in rows], "next": following}


@router.post(
    "/presents",
    response=PresentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="ask_for_gift",
    summary="Ask for a gift for a customer",
    openapi_extra=example(
        customer="7hq2k9xw4mzt", gift="7hq2k9xw4mzu", occasion="birthday",
        reason="Turns sixty.", key="app-118",
    ),
)  # fmt: skip
def ask(request: KeyedRequest, told: PresentIn) -> Any:
    """One is set aside; from a cost on a manager approves. An empty shelf: 409.

    The occasion `points` spends the points that it costs, soonest expiring first; they return
    when it is not given after all. Fewer points than that, or a gift without a price: 409.
    """
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    customer, gift = customer_of(by, told.customer), queries.gift(by, told.gift)
    here = queries.shelves_for(by, customer)
    place = next((each for each in here if each.code == told.place), None)
    if gift is None or (told.place and place is None):
        raise Http404
    made = actions.ask(
        customer, gift, place=place or by.org_unit, occasion=told.occasion,
        reason=told.reason, key=key_of(request, told.key), by=by, at=request.at,
    )  # fmt: skip
    acted(request, by, made, "ask_for_gift")
    return _present(request, made)


@router.post(
    "/presents/{public_id}/approve",
    response=PresentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="approve_gift",
    summary="Approve a gift",
    openapi_extra=example(),
)
def approve(request: KeyedRequest, public_id: Id, told: InTheNameOf) -> Any:
    """Never by the person who asked (409)."""
    by = acting(request, told.person, Permission.SEE_TEAM)
    made = actions.approve(_found(by, public_id), by=by, at=request.at)
    return _answer(request, by, made, "approve_gift")


@router.post(
    "/presents/{public_id}/decline",
    response=PresentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="decline_gift",
    summary="Decline a gift, and say why",
    openapi_extra=example(reason="They had one this quarter."),
)
def decline(request: KeyedRequest, public_id: Id, told: VoidIn) -> Any:
    """It goes back on the shelf."""
    by = acting(request, told.person, Permission.SEE_TEAM)
    made = actions.refuse(_found(by, public_id), note=told.reason, by=by, at=request.at)
    return _answer(request, by, made, "decline_gift")


@router.post(
    "/presents/{public_id}/withdraw",
    response=PresentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="withdraw_gift",
    summary="Say that a gift is not given after all",
    openapi_extra=example(),
)
def withdraw(request: KeyedRequest, public_id: Id, told: InTheNameOf) -> Any:
    """Before it is handed over: it lies on its shelf again, and points that paid return."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    made = actions.withdraw(_found(by, public_id), by=by, at=request.at)
    return _answer(request, by, made, "withdraw_gift")


@router.post(
    "/presents/{public_id}/hand-over",
    response=PresentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="hand_gift_over",
    summary="Hand a gift over, or let the customer sign for one on its way",
    openapi_extra=example(typed="Li Na"),
)
def hand_over(request: KeyedRequest, public_id: Id, told: PresentHandIn) -> Any:
    """Without a signature it is on its way; the signature may follow by the same call."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found, signed = _found(by, public_id), {"png": _drawn(told.drawn), "typed": told.typed}
    act = actions.sign if found.state == Present.State.HANDED else actions.hand_over
    made = act(found, **signed, by=by, at=request.at)  # type: ignore[arg-type]  # as both take
    return _answer(request, by, made, "hand_gift_over")


@router.post(
    "/presents/{public_id}/return",
    response=PresentOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="return_gift",
    summary="Say that a gift on its way came back or is lost",
    openapi_extra=example(reason="The parcel was refused."),
)
def come_back(request: KeyedRequest, public_id: Id, told: PresentBackIn) -> Any:
    """It lies on its shelf again, or is written off."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    made = actions.come_back(
        _found(by, public_id), reason=told.reason, is_lost=told.is_written_off, by=by,
        at=request.at,
    )  # fmt: skip
    return _answer(request, by, made, "return_gift")


def _found(viewer: Person, public_id: str) -> Present:
    found = queries.present(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _answer(request: KeyedRequest, by: Person, made: Present, what: str) -> dict[str, Any]:
    acted(request, by, made, what)
    return _present(request, made)


def _drawn(given: str) -> bytes:
    """:raises BadInput: what came is no drawing."""
    try:
        return base64.b64decode(given, validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadInput(_("The signature is no small picture. Draw it once more.")) from error


def _present(request: KeyedRequest, found: Present) -> dict[str, Any]:
    same = (
        "occasion",
        "state",
        "cost",
        "points",
        "asked_on",
        "handed_at",
        "received_at",
        "returned_at",
    )
    return {name: getattr(found, name) for name in same} | {
        "id": found.public_id,
        "gift": found.gift.name,
        "customer": customer_ref(request, found.customer),
        "place": found.place.code,
        "is_written_off": found.is_lost,
    }

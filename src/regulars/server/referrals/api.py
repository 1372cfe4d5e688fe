"""Referrals for other systems: an app hands out links, tells of friends, asks how far it is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from django.http import Http404
from django.urls import reverse
from ninja import Query, Router, Schema, Status
from pydantic import Field

from regulars.server.core import queries as core
from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Whose,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.models import Person
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.customers.models import Customer
from regulars.server.referrals import actions, queries
from regulars.server.referrals.models import Referral

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]
State = Literal["received", "contacted", "met", "customer", "rewarded", "lost", "refused"]
Channel = Literal["call", "wecom", "sms", "email"]


class ReferralOut(Schema):
    """One friend who was referred, and how far it is."""

    id: str
    reference: str = Field(description="Its number in the system that told it; may be empty.")
    referrer: CustomerRef | None = Field(description="null: beyond the reach of the key.")
    friend: CustomerRef | None = Field(description="null: beyond the reach of the key.")
    way: Literal["link", "code", "rm", "api"]
    state: State
    reason: str = Field(description="Why it ended; may be empty.", examples=["known"])
    to_be_decided: bool = Field(description="Something speaks against it; nothing is paid.")
    received_at: datetime
    contact_by: datetime
    contacted_at: datetime | None
    joined_on: date | None = Field(description="Since when a customer.")
    earned_on: date | None = Field(description="When the event of the rule came.")
    line: str = Field(description="What who referred may read, without a word of the friend.")


class ReferralPage(Schema):
    """Some referrals, and where to go on."""

    referrals: list[ReferralOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedReferrals(Whose):
    """Which referrals of those that a person sees."""

    state: Literal["open", "all"] = Field("open", description="all: ended ones too.")


class ReferralIn(InTheNameOf):
    """A friend, with how they agreed."""

    reference: str = Field(
        min_length=1, max_length=60, pattern=PLAIN,
        description="Its number there. One that is known is that referral, not another.",
    )  # fmt: skip
    referrer: Id
    name: str = Field(min_length=1, max_length=60, pattern=PLAIN)
    phone: str = Field("", max_length=24, pattern=PLAIN)
    email: str = Field("", max_length=254, pattern=PLAIN)
    note: str = Field("", max_length=300, pattern=PLAIN)
    agreed: Literal["call", "wecom", "branch", "email", "referrer"] = Field(
        description="Whose word it is: the friend's by that way, or the referrer's only."
    )
    words: str = Field(
        "", max_length=200, pattern=PLAIN, description="Evidence of the friend's own word."
    )
    channels: list[Channel] = Field(
        default_factory=list, max_length=4,
        description="Where the friend said news is welcome; none on the referrer's word.",
    )  # fmt: skip


class LinkIn(InTheNameOf):
    """Whose link."""

    customer: Id


class LinkOut(Schema):
    """A customer's link; made where there is none."""

    customer: CustomerRef
    url: str = Field(description="For friends.")
    code: str = Field(description="For friends who type.", examples=["7K4QXHW9"])
    own_url: str = Field(description="For the customer alone: how far each friend is.")


@router.get(
    "",
    response=ReferralPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_referrals",
    summary="List the referrals that a person sees",
)
def referred(request: KeyedRequest, wanted: Annotated[WantedReferrals, Query()]) -> Any:
    """Referrals by or of the customers whom the person sees, the newest first."""
    demand_known(request, WantedReferrals.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.after(
        viewer, every=wanted.state == "all", cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"referrals": [_told(request, row) for row in rows], "next": following}


@router.post(
    "/links",
    response=LinkOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="referral_link",
    summary="Get a customer's personal link",
    openapi_extra=example(customer="7hq2k9xw4mzt"),
)
def link_of(request: KeyedRequest, told: LinkIn) -> Any:
    """The same link each time, until somebody ends it."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    customer = _customer(by, told.customer)
    found = actions.link_of(customer, by=by, at=request.at)
    acted(request, by, found, "link")

    def absolute(name: str, token: str) -> str:
        return request.build_absolute_uri(reverse(f"referrals:{name}", args=[token]))

    return {
        "customer": customer_ref(request, customer),
        "url": absolute("public", found.token),
        "code": found.code,
        "own_url": absolute("mine", found.own_token),
    }


@router.get(
    "/{public_id}",
    response=ReferralOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_referral",
    summary="Read one referral",
)
def referral(
    request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]
) -> Any:
    """One referral with how far it is."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    return _told(request, _one(viewer, public_id))


@router.post(
    "",
    response={201: ReferralOut, 200: ReferralOut},
    auth=Keyed(Right.WORK_WRITE),
    operation_id="refer",
    summary="Tell of a friend whom a customer referred",
    openapi_extra=example(
        reference="APP-2026-17", referrer="7hq2k9xw4mzt", name="Wang Fang",
        phone="10100000077", agreed="call", words="23 Nov 2026, in the app's call centre",
        channels=["call"],
    ),
)  # fmt: skip
def refer(request: KeyedRequest, told: ReferralIn) -> Any:
    """201 where it is new; 200 with the referral that has this reference already.

    It is taken in even where it does not count (state `refused`): whoever sent it reads why.
    """
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = queries.by_reference(by, told.reference)
    if known is not None:
        return Status(200, _told(request, known))
    made = actions.take_in(
        _customer(by, told.referrer),
        actions.Friend(told.name, told.phone, told.email, told.note),
        actions.Word(told.agreed, told.words, tuple(told.channels)),
        way=Referral.Way.API,
        reference=told.reference,
        by=by,
        at=request.at,
    )
    acted(request, by, made, "refer")
    return Status(201, _told(request, _one(by, made.public_id)))


def _customer(viewer: Person, public_id: str) -> Customer:
    found = customers.one(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _one(viewer: Person, public_id: str) -> Referral:
    found = queries.one(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _told(request: KeyedRequest, row: Referral) -> dict[str, Any]:
    same = (
        "reference", "way", "state", "received_at", "contact_by", "contacted_at",
        "joined_on", "earned_on",
    )  # fmt: skip
    hides = row.friend is None and row.reason in queries.HIDDEN
    return {name: getattr(row, name) for name in same} | {
        "id": row.public_id,
        "reason": "other" if hides else row.reason,
        "referrer": customer_ref(request, row.referrer) if row.referrer else None,
        "friend": customer_ref(request, row.friend) if row.friend else None,
        "to_be_decided": row.check_state == Referral.Check.OPEN,
        "line": queries.line_of(row, core.local_date(request.at)),
    }

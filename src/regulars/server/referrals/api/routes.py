"""Referrals for other systems: an app hands out links, tells of friends, asks how far it is."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from django.urls import reverse
from ninja import Query, Router, Status

from regulars.server.core import queries as core
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
from regulars.server.customers import queries as customers
from regulars.server.customers.api import customer_ref
from regulars.server.customers.models import Customer
from regulars.server.referrals import actions, queries
from regulars.server.referrals.api.shapes import (
    Id,
    LinkIn,
    LinkOut,
    ReferralIn,
    ReferralOut,
    ReferralPage,
    ReferralRewardPage,
    ReferralWhole,
    WantedReferrals,
    WantedRewards,
)
from regulars.server.referrals.models import Referral, Reward

router = Router(tags=["work"])


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
    return {"referrals": [_told(request, row, viewer) for row in rows], "next": following}


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
    "/rewards",
    response=ReferralRewardPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_referral_rewards",
    summary="List what referrals earned",
)
def earned(request: KeyedRequest, wanted: Annotated[WantedRewards, Query()]) -> Any:
    """Rewards of the customers whom the person sees, the newest first, with why one waits."""
    demand_known(request, WantedRewards.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.rewards_after(
        viewer, state=wanted.state, cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    rows, following = page(found, wanted.limit, wanted.cursor)
    told = [
        _reward(row)
        | {
            "referral": row.referral.public_id,
            "customer": customer_ref(request, row.customer) if row.customer else None,
        }
        for row in rows
    ]
    return {"rewards": told, "next": following}


@router.get(
    "/{public_id}",
    response=ReferralWhole,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_referral",
    summary="Read one referral",
)
def referral(
    request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]
) -> Any:
    """One referral with its steps, what each side got or waits for, and why not."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = _one(viewer, public_id)
    rewards = list(queries.rewards_of(viewer, found))
    return _told(request, found, viewer) | {
        "steps": [
            {"what": row.what, "at": row.at, "to_tell": row.tell, "told_at": row.told_at}
            for row in found.steps.all()
        ],
        "rewards": [_reward(row) for row in rewards],
        "not_rewarded_because": queries.why_not(found, rewards),
    }


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
        return Status(200, _told(request, known, by))
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
    return Status(201, _told(request, _one(by, made.public_id), by))


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


def _reward(row: Reward) -> dict[str, Any]:
    same = (
        "side", "way", "thing", "amount", "state", "waits_until", "given_at", "reversed_at",
    )  # fmt: skip
    known = row.waits in Reward.Why.values
    return {name: getattr(row, name) for name in same} | {
        "id": row.public_id,
        "words": queries.of_reward(row),
        "why": row.waits if known or not row.waits else "other",
        "why_words": row.waiting,
    }


def _told(request: KeyedRequest, row: Referral, viewer: Person) -> dict[str, Any]:
    hope = queries.hope_of(viewer, row)
    same = (
        "reference", "way", "state", "received_at", "contact_by", "contacted_at",
        "joined_on", "earned_on", "settled",
    )  # fmt: skip
    hides = row.friend is None and row.reason in queries.HIDDEN
    return {name: getattr(row, name) for name in same} | {
        "id": row.public_id,
        "reason": "other" if hides else row.reason,
        "referrer": customer_ref(request, row.referrer) if row.referrer else None,
        "friend": customer_ref(request, row.friend) if row.friend else None,
        "opportunity": hope.public_id if hope else None,
        "to_be_decided": row.check_state == Referral.Check.OPEN,
        "line": queries.line_of(row, core.local_date(request.at)),
    }

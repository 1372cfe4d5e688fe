"""Coupons for other systems: tills, the app, the lobby's desk."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from ninja import Query, Schema
from pydantic import Field

from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Money,
    Whose,
    acted,
    acting,
    demand_known,
    example,
    page,
)
from regulars.server.core.api.shapes import PLAIN
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.rewards import actions, queries
from regulars.server.rewards.api.shared import Id, Key, VoidIn, customer_of, key_of, router
from regulars.server.rewards.models import Coupon


class BatchOut(Schema):
    """Coupons of one kind of which some may be issued now."""

    id: str
    name: str
    kind: str
    what: Literal["value", "percent", "thing"]
    value: Decimal | None
    percent: Decimal | None
    points: int | None = Field(description="Its price in points; null: given for nothing.")
    left: int


class BatchList(Schema):
    """All of them."""

    batches: list[BatchOut]


class CouponOut(Schema):
    """One coupon of a customer."""

    id: str
    code: str = Field(description="Shown as long as it may be redeemed, then empty.")
    state: Literal["issued", "redeemed", "expired", "void"]
    kind: str
    customer: CustomerRef
    issued_on: date
    expires_on: date = Field(description="The last day.")


class CouponPage(Schema):
    """Some coupons, and where to go on."""

    coupons: list[CouponOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class CouponIn(InTheNameOf):
    """Who gets one of which batch, under a key that is used for nothing else."""

    batch: Id
    customer: Id
    key: Key


class RedemptionIn(InTheNameOf):
    """A code as it was read or typed, under a key that is used for nothing else."""

    code: str = Field(min_length=1, max_length=20, pattern=PLAIN)
    key: Key
    amount: Money | None = Field(
        None, description="What is paid, before the coupon; needed where it has a least amount."
    )
    ref: str = Field("", max_length=60, pattern=PLAIN)


class RedemptionOut(Schema):
    """What was taken. The same key gives the same answer for ever."""

    redemption: str
    coupon: str
    kind: str
    version: int
    name: str
    what: Literal["value", "percent", "thing"]
    value: Decimal | None
    percent: Decimal | None
    cost: Decimal


class UndoneOut(Schema):
    """A redemption that was taken back; its coupon is good again."""

    redemption: str
    coupon: str
    undone_at: datetime


class WantedCoupons(Whose):
    """Whose coupons, and which."""

    customer: Id | None = None
    state: Literal["issued", "redeemed", "expired", "void"] | None = None


@router.get(
    "/batches",
    response=BatchList,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_coupon_batches",
    summary="List the coupons that may be issued now",
)
def batches(request: KeyedRequest, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """Batches of which some are left."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    found = queries.offered(viewer, request.at)
    same = ("what", "value", "percent", "points")
    return {
        "batches": [
            {name: getattr(each.kind, name) for name in same}
            | {
                "id": each.public_id,
                "name": each.name,
                "kind": each.kind.name,
                "left": each.made - each.issued,
            }
            for each in found
        ]
    }


@router.get(
    "/coupons",
    response=CouponPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_coupons",
    summary="List coupons of customers",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedCoupons, Query()]) -> Any:
    """Coupons of the customers whom the person sees, the newest first."""
    demand_known(request, WantedCoupons.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.coupons_after(
        viewer, customer=wanted.customer or "", state=wanted.state or "",
        after=wanted.cursor or "", most=wanted.limit + 1,
    )  # fmt: skip
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"coupons": [_coupon(request, each) for each in rows], "next": following}


@router.post(
    "/coupons",
    response=CouponOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="issue_coupon",
    summary="Give a customer a coupon",
    openapi_extra=example(batch="7hq2k9xw4mzt", customer="7hq2k9xw4mzu", key="app-118"),
)
def issue(request: KeyedRequest, told: CouponIn) -> Any:
    """One that is sold for points spends them in the same step. None left, or the customer has
    as many as one may have: 409."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    batch, customer = queries.batch(by, told.batch), customer_of(by, told.customer)
    if batch is None:
        raise Http404
    key, at = key_of(request, told.key), request.at
    if batch.kind.points:
        made = actions.buy(batch, customer, key=key, by=by, at=at)
    else:
        made = actions.issue(batch, customer, key=key, by=by, at=at, source=Coupon.Source.API)
    acted(request, by, made, "issue_coupon")
    return _coupon(request, made)


@router.post(
    "/redemptions",
    response=RedemptionOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="redeem_coupon",
    summary="Redeem a coupon by its code",
    openapi_extra=example(code="7HQ2-K9XW-4MZT", key="till-7-118", amount=120),
)
def redeem(request: KeyedRequest, told: RedemptionIn) -> Any:
    """Once: whoever comes later under another key is refused (409). An unknown code: 422."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    done = actions.redeem(
        told.code, key=key_of(request, told.key), amount=told.amount, ref=told.ref,
        place=by.org_unit, by=by, at=request.at,
    )  # fmt: skip
    if not done.again:
        acted(request, by, done.redemption, "redeem_coupon")
    return done.answer


@router.post(
    "/redemptions/{public_id}/undo",
    response=UndoneOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="undo_redemption",
    summary="Take a redemption back, the same day",
    openapi_extra=example(reason="The wrong code."),
)
def undo_redemption(request: KeyedRequest, public_id: Id, told: VoidIn) -> Any:
    """The coupon is good again, under a new key. On a later day it is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = queries.redemption(by, public_id)
    if found is None:
        raise Http404
    made = actions.take_back(found, reason=told.reason, by=by, at=request.at)
    acted(request, by, found, "undo_redemption")
    coupon = found.coupon.public_id
    return {"redemption": found.public_id, "coupon": coupon, "undone_at": made.at}


@router.post(
    "/coupons/{public_id}/void",
    response=CouponOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="void_coupon",
    summary="Make a coupon void before it is redeemed",
    openapi_extra=example(reason="Given by mistake."),
)
def void(request: KeyedRequest, public_id: Id, told: VoidIn) -> Any:
    """Points that were paid for it return."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = queries.coupon(by, public_id)
    if found is None or found.customer is None:
        raise Http404
    made = actions.void(found, reason=told.reason, by=by, at=request.at)
    acted(request, by, made, "void_coupon")
    return _coupon(request, queries.coupon(by, public_id) or found)


def _coupon(request: KeyedRequest, found: Coupon) -> dict[str, Any]:
    assert found.customer is not None
    return {
        "id": found.public_id,
        "code": found.code if found.state == Coupon.State.ISSUED else "",
        "state": found.state,
        "kind": found.batch.kind.name,
        "customer": customer_ref(request, found.customer),
        "issued_on": found.issued_on,
        "expires_on": found.expires_on,
    }

"""Opportunities for other systems: read, made, moved, won and lost in somebody's name."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core.api import (
    PUBLIC_ID,
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Money,
    Problem,
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
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.models import Opportunity, Stage
from regulars.server.opportunities.rules import LOST, WON
from regulars.server.products.models import Product

router = Router(tags=["work"])
Id = Annotated[str, Field(**PUBLIC_ID)]
Kind = Literal["trade_in", "add_on", "referral"]
Words = Annotated[str, Field(max_length=300, pattern=PLAIN)]


class OpportunityOut(Schema):
    """One thing that one customer may take."""

    id: str
    customer: CustomerRef
    owner: str = Field(description="User name of who owns it; may be empty.")
    kind: Kind
    product: str = Field(
        description="Code of the product; empty where it is a bundle or words."
    )
    what: str = Field(description="Name of the product or bundle, or the words.")
    amount: str | None
    margin: str | None
    stage: str = Field(description="Code of the stage.", examples=["proposal"])
    state: Literal["open", "won", "lost"]
    chance: float = Field(description="Of this one, or of its stage: 0 to 1.")
    expected_on: date | None
    next_step: str
    next_on: date | None
    source: Literal["reason", "score", "contact", "hand", "api", "file"]
    because: str
    made_at: datetime
    closed_at: datetime | None
    reason: str
    competitor: str
    won_amount: str | None
    proof: str = Field(description="Key of the holding or purchase that proves it, if any.")


class OpportunityPage(Schema):
    """Some opportunities, and where to go on."""

    opportunities: list[OpportunityOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedOpportunities(Whose):
    """Which opportunities of whose customers."""

    state: Literal["open", "won", "lost", "all"] = "open"


class OpportunityIn(InTheNameOf):
    """A new opportunity: of a product by its code, or in a few words."""

    customer: Id
    kind: Kind
    product: str = Field("", max_length=60, pattern=PLAIN)
    what: str = Field("", max_length=120, pattern=PLAIN)
    amount: Money | None = None
    margin: Money | None = None
    expected_on: date | None = None
    next_step: str = Field("", max_length=200, pattern=PLAIN)
    next_on: date | None = None
    system: str = Field("", max_length=32, pattern=PLAIN, description="Which one found it.")
    because: Words = ""


class OpportunityMoveIn(InTheNameOf):
    """To which open stage."""

    stage: str = Field(min_length=1, max_length=24, pattern=PLAIN, examples=["proposal"])
    words: Words = ""


class OpportunityEndIn(InTheNameOf):
    """How it ended: each end has reasons of its own."""

    state: Literal["won", "lost"]
    reason: Literal[
        "fit", "price_won", "service_won", "trust", "bundle", "price", "rival", "product",
        "no_need", "later", "silent", "unsuitable", "service", "duplicate", "other",
    ]  # fmt: skip
    amount: Money | None = Field(None, description="What came, of one that was won.")
    competitor: str = Field("", max_length=80, pattern=PLAIN)
    words: Words = ""


@router.get(
    "",
    response=OpportunityPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_opportunities",
    summary="List the opportunities that a person sees",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedOpportunities, Query()]) -> Any:
    """Opportunities of the customers whom the person sees, the newest first."""
    demand_known(request, WantedOpportunities.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    rows = queries.after(
        viewer, state=wanted.state, cursor=wanted.cursor or "", most=wanted.limit + 1
    )
    shown, following = page(rows, wanted.limit, wanted.cursor)
    return {"opportunities": [_told(request, each) for each in shown], "next": following}


@router.get(
    "/{public_id}",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_opportunity",
    summary="Read one opportunity",
)
def one(request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """One opportunity."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    return _told(request, _one(viewer, public_id))


@router.post(
    "",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="make_opportunity",
    summary="Make an opportunity",
    openapi_extra=example(customer="7hq2k9xw4mzt", kind="add_on", product="LC18", amount=50000),
)
def make(request: KeyedRequest, told: OpportunityIn) -> Any:
    """The same that is open for the customer already is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    about = actions.About(product=_product(told.product), what=told.what)
    signal = actions.Signal(Opportunity.Source.API, told.system, told.because)
    made = actions.make(
        _customer(by, told.customer), about, kind=told.kind, amount=told.amount,
        margin=told.margin, expected_on=told.expected_on, next_step=told.next_step,
        next_on=told.next_on, signal=signal, by=by, at=request.at,
    )  # fmt: skip
    acted(request, by, made, "opportunity")
    return _told(request, _one(by, made.public_id))


@router.post(
    "/{public_id}/move",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="move_opportunity",
    summary="Move an opportunity to another open stage",
    openapi_extra=example(stage="proposal"),
)
def moved(request: KeyedRequest, public_id: Id, told: OpportunityMoveIn) -> Any:
    """One that was won or lost stays where it is (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = _one(by, public_id)
    actions.move(known, _stage(told.stage), words=told.words, by=by, at=request.at)
    acted(request, by, known, "opportunity")
    return _told(request, _one(by, public_id))


@router.post(
    "/{public_id}/close",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="close_opportunity",
    summary="Say that an opportunity was won or lost",
    openapi_extra=example(state="won", reason="trust", amount=48000),
)
def close(request: KeyedRequest, public_id: Id, told: OpportunityEndIn) -> Any:
    """Of two who decide the first stands (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known, at = _one(by, public_id), request.at
    if told.reason not in (WON if told.state == "won" else LOST):
        raise _wrong(
            "/reason",
            _("“%(reason)s” is no reason for “%(state)s”.")
            % {"reason": told.reason, "state": told.state},
        )
    same = {"reason": told.reason, "competitor": told.competitor, "words": told.words}
    if told.state == "won":
        actions.win(known, amount=told.amount, by=by, at=at, **same)
    else:
        actions.lose(known, by=by, at=at, **same)
    acted(request, by, known, "opportunity")
    return _told(request, _one(by, public_id))


def _one(viewer: Person, public_id: str) -> Opportunity:
    known = queries.one(viewer, public_id)
    if known is None:
        raise Http404
    return known


def _customer(viewer: Person, public_id: str) -> Customer:
    known = customers.customers(viewer).filter(public_id=public_id).first()
    if known is None:
        raise Http404
    return known


def _product(code: str) -> Product | None:
    known = queries.product(code) if code else None
    if code and known is None:
        raise _wrong("/product", _("The catalogue has no product “%(code)s”.") % {"code": code})
    return known


def _stage(code: str) -> Stage:
    known = queries.stage(code)
    if known is None:
        raise _wrong("/stage", _("There is no stage “%(stage)s”.") % {"stage": code})
    return known


def _wrong(pointer: str, said: str) -> Problem:
    return Problem("invalid", said, errors=[{"pointer": pointer, "detail": said}])


def _told(request: KeyedRequest, row: Opportunity) -> dict[str, Any]:
    same = (
        "kind", "state", "expected_on", "next_step", "next_on", "source", "because",
        "made_at", "closed_at", "reason", "competitor",
    )  # fmt: skip
    shown = queries.view(row, request.at)
    return {name: getattr(row, name) for name in same} | {
        "id": row.public_id,
        "customer": customer_ref(request, row.customer),
        "owner": shown.owner.username if shown.owner else "",
        "product": row.product.code if row.product else "",
        "what": str(row),
        "stage": row.stage.code,
        "chance": round(shown.share, 4),
        "proof": row.proof_ref,
        **{name: _money(getattr(row, name)) for name in ("amount", "margin", "won_amount")},
    }


def _money(amount: Decimal | None) -> str | None:
    return None if amount is None else str(amount)

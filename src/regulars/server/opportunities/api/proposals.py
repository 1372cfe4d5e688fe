"""Proposals for other systems: every version with its parts, a new one, sent, answered."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema
from pydantic import Field

from regulars.server.core.api import (
    InTheNameOf,
    Keyed,
    KeyedRequest,
    Known,
    Money,
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
from regulars.server.customers.api import CustomerRef, customer_ref
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.api import deals
from regulars.server.opportunities.api.shapes import Id, Words
from regulars.server.opportunities.api.shared import money, the_one, the_product, wrong
from regulars.server.opportunities.models import Bundle, Part, Proposal

router = Router(tags=["work"])
Text = Annotated[str, Field(max_length=1000, pattern=PLAIN)]
State = Literal["draft", "sent", "accepted", "refused", "replaced"]
MOST_PARTS = 60


class ProposalOut(Schema):
    """One version of what is proposed."""

    id: str
    opportunity: str
    customer: CustomerRef
    version: int
    title: str
    state: State
    valid_until: date | None
    made_by: str = Field(description="User name; may be empty.")
    made_at: datetime
    sent_at: datetime | None
    sent_how: str
    answered_at: datetime | None
    answer: str


class ProposalPartOut(Schema):
    """A need with its evidence, a product or bundle with its price, or words."""

    id: str
    kind: Literal["need", "offer", "words"]
    text: str
    evidence: str = Field(description="Where the need is known from; for us alone.")
    product: str = Field(description="Code of the product, if it is one.")
    named: str = Field(description="The product or bundle as it was called then.")
    amount: str | None
    price: str
    terms: str


class ProposalAlone(ProposalOut):
    """One version with its words and parts, in their order."""

    opening: str
    closing: str
    parts: list[ProposalPartOut]
    total: str | None = Field(description="Sum of the amounts of what is offered.")


class ProposalPage(Schema):
    """Some proposals, and where to go on."""

    proposals: list[ProposalOut]
    next: str | None = Field(description="Pass it as `cursor`; null on the last page.")


class WantedProposals(Whose):
    """Which proposals of whose customers."""

    opportunity: Id | None = Field(None, description="Every version of this one.")
    state: Literal["draft", "sent", "accepted", "refused", "replaced", "all"] = "all"


class ProposalPartIn(Known):
    """One part of a new version."""

    kind: Literal["need", "offer", "words"]
    text: str = Field("", max_length=600, pattern=PLAIN)
    evidence: Words = ""
    product: str = Field("", max_length=60, pattern=PLAIN, description="Code of the product.")
    bundle: str = Field("", max_length=12, pattern=PLAIN, description="Id of the bundle.")
    amount: Money | None = None
    price: str = Field("", max_length=120, pattern=PLAIN)
    terms: Words = ""


class ProposalIn(InTheNameOf):
    """A new version. What is left out is as in the draft or the version before."""

    title: str | None = Field(None, min_length=1, max_length=120, pattern=PLAIN)
    opening: Text | None = None
    closing: Text | None = None
    valid_until: date | None = None
    parts: list[ProposalPartIn] | None = Field(
        None, max_length=MOST_PARTS, description="Take the place of all parts of the draft."
    )


class ProposalSentIn(InTheNameOf):
    """How it went out."""

    how: str = Field(min_length=1, max_length=80, pattern=PLAIN, examples=["by e-mail"])


class ProposalAnswerIn(InTheNameOf):
    """What the customer said to it."""

    accepted: bool
    words: Words = ""


@router.get(
    "",
    response=ProposalPage,
    auth=Keyed(Right.WORK_READ),
    operation_id="list_proposals",
    summary="List the proposals that a person sees",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedProposals, Query()]) -> Any:
    """Proposals to the customers whom the person sees, the newest first."""
    demand_known(request, WantedProposals.model_fields)
    viewer = acting(request, wanted.person, Permission.SEE_CUSTOMERS)
    found = queries.proposals_after(
        viewer, opportunity=wanted.opportunity or "", state=wanted.state,
        cursor=wanted.cursor or "", most=wanted.limit + 1,
    )  # fmt: skip
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"proposals": [_told(request, each) for each in rows], "next": following}


@router.get(
    "/{public_id}",
    response=ProposalAlone,
    auth=Keyed(Right.WORK_READ),
    operation_id="get_proposal",
    summary="Read one version of a proposal",
)
def one(request: KeyedRequest, public_id: Id, asked: Annotated[InTheNameOf, Query()]) -> Any:
    """A proposal with its parts."""
    demand_known(request, InTheNameOf.model_fields)
    viewer = acting(request, asked.person, Permission.SEE_CUSTOMERS)
    return _alone(request, viewer, _proposal(viewer, public_id))


@deals.router.post(
    "/{public_id}/proposals",
    response=ProposalAlone,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="make_proposal",
    summary="Write a new version of a proposal",
    openapi_extra=example(
        title="Our proposal", parts=[{"kind": "offer", "product": "LC18", "amount": 50000}]
    ),
)
def made(request: KeyedRequest, public_id: Id, told: ProposalIn) -> Any:
    """Into the draft that there is, else into a copy of the version before, else a first one.

    What was sent stays as it was sent.
    """
    by, at = acting(request, told.person, Permission.RECORD_CONTACT), request.at
    draft = actions.start_proposal(the_one(by, public_id), by=by, at=at)
    sent = told.model_fields_set - {"person", "parts"}
    if sent:
        names = ("title", "opening", "closing", "valid_until")
        values = {name: getattr(told if name in sent else draft, name) for name in names}
        usual = {"title": draft.title, "opening": "", "closing": ""}
        values |= {name: usual.get(name) for name, value in values.items() if value is None}
        actions.change_proposal(draft, by=by, at=at, **values)
    if told.parts is not None:
        for part in queries.parts(by, draft):
            actions.drop_part(part, by=by, at=at)
        for n, each in enumerate(told.parts):
            _put(by, draft, each, n, at)
    acted(request, by, draft, "proposal")
    return _alone(request, by, _proposal(by, draft.public_id))


@router.post(
    "/{public_id}/send",
    response=ProposalAlone,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="send_proposal",
    summary="Say that a proposal went out",
    openapi_extra=example(how="by e-mail"),
)
def sent(request: KeyedRequest, public_id: Id, told: ProposalSentIn) -> Any:
    """From then on it stays as it is; sent before: refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = _proposal(by, public_id)
    actions.send(found, how=told.how, by=by, at=request.at)
    acted(request, by, found, "proposal")
    return _alone(request, by, _proposal(by, public_id))


@router.post(
    "/{public_id}/answer",
    response=ProposalAlone,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="answer_proposal",
    summary="Write down what the customer said to a proposal",
    openapi_extra=example(accepted=True, words="Sign on Monday."),
)
def answered(request: KeyedRequest, public_id: Id, told: ProposalAnswerIn) -> Any:
    """Of two answers the first stands (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    found = _proposal(by, public_id)
    actions.answer(found, accepted=told.accepted, words=told.words, by=by, at=request.at)
    acted(request, by, found, "proposal")
    return _alone(request, by, _proposal(by, public_id))


def _put(by: Person, draft: Proposal, given: ProposalPartIn, n: int, at: datetime) -> None:
    actions.put_part(
        draft, kind=given.kind, text=given.text, evidence=given.evidence,
        product=the_product(given.product, f"/parts/{n}/product"),
        bundle=_bundle(given.bundle, n), amount=given.amount, price=given.price,
        terms=given.terms, by=by, at=at,
    )  # fmt: skip


def _bundle(public_id: str, n: int) -> Bundle | None:
    known = queries.bundle(public_id) if public_id else None
    if public_id and known is None:
        said = _("There is no bundle “%(bundle)s”.") % {"bundle": public_id}
        raise wrong(f"/parts/{n}/bundle", said)
    return known


def _proposal(viewer: Person, public_id: str) -> Proposal:
    found = queries.proposal(viewer, public_id)
    if found is None:
        raise Http404
    return found


def _alone(request: KeyedRequest, viewer: Person, found: Proposal) -> dict[str, Any]:
    whole = queries.whole(viewer, found)
    return _told(request, found) | {
        "opening": found.opening,
        "closing": found.closing,
        "parts": [_part(each) for each in queries.parts(viewer, found)],
        "total": money(whole.total),
    }


def _told(request: KeyedRequest, found: Proposal) -> dict[str, Any]:
    same = (
        "version", "title", "state", "valid_until", "made_at", "sent_at", "sent_how",
        "answered_at", "answer",
    )  # fmt: skip
    return {name: getattr(found, name) for name in same} | {
        "id": found.public_id,
        "opportunity": found.opportunity.public_id,
        "customer": customer_ref(request, found.customer),
        "made_by": found.made_by.username if found.made_by else "",
    }


def _part(part: Part) -> dict[str, Any]:
    same = ("kind", "text", "evidence", "named", "price", "terms")
    amount: Decimal | None = part.amount
    return {name: getattr(part, name) for name in same} | {
        "id": part.public_id,
        "product": part.product.code if part.product else "",
        "amount": money(amount),
    }

"""Opportunities for other systems: read, made, changed, moved, ended in somebody's name."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Query, Router

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
from regulars.server.core.rights import Right
from regulars.server.core.rules import Permission
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.api.shapes import (
    Id,
    OpportunityChangeIn,
    OpportunityEndIn,
    OpportunityIn,
    OpportunityMoveIn,
    OpportunityNextIn,
    OpportunityOut,
    OpportunityPage,
    OpportunityReopenIn,
    WantedOpportunities,
)
from regulars.server.opportunities.api.shared import (
    the_customer,
    the_one,
    the_owner,
    the_product,
    the_stage,
    told_of,
    wrong,
)
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.rules import LOST, WON

router = Router(tags=["work"])


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
    return {"opportunities": [told_of(request, each) for each in shown], "next": following}


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
    return told_of(request, the_one(viewer, public_id))


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
    about = actions.About(product=the_product(told.product), what=told.what)
    signal = actions.Signal(Opportunity.Source.API, told.system, told.because)
    made = actions.make(
        the_customer(by, told.customer), about, kind=told.kind, amount=told.amount,
        margin=told.margin, expected_on=told.expected_on, next_step=told.next_step,
        next_on=told.next_on, signal=signal, by=by, at=request.at,
    )  # fmt: skip
    acted(request, by, made, "opportunity")
    return told_of(request, the_one(by, made.public_id))


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
    known = the_one(by, public_id)
    actions.move(known, the_stage(told.stage), words=told.words, by=by, at=request.at)
    acted(request, by, known, "opportunity")
    return told_of(request, the_one(by, public_id))


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
    known, at = the_one(by, public_id), request.at
    if told.reason not in (WON if told.state == "won" else LOST):
        raise wrong(
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
    return told_of(request, the_one(by, public_id))


@router.post(
    "/{public_id}/reopen",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="reopen_opportunity",
    summary="Open one that was won or lost again",
    openapi_extra=example(words="The rival did not deliver."),
)
def reopened(request: KeyedRequest, public_id: Id, told: OpportunityReopenIn) -> Any:
    """It goes on in the stage in which it ended; one that is open is refused (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = the_one(by, public_id)
    actions.reopen(known, words=told.words, by=by, at=request.at)
    acted(request, by, known, "opportunity")
    return told_of(request, the_one(by, public_id))


@router.post(
    "/{public_id}/change",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="change_opportunity",
    summary="Change what is expected of an opportunity, and who owns it",
    openapi_extra=example(amount=60000, expected_on="2026-12-20"),
)
def changed(request: KeyedRequest, public_id: Id, told: OpportunityChangeIn) -> Any:
    """Only what is sent changes; one that was won or lost stays as it is (409)."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = the_one(by, public_id)
    sent = told.model_fields_set
    values = {
        name: getattr(told if name in sent else known, name)
        for name in ("amount", "margin", "expected_on")
    }
    owner = the_owner(by, told.owner) if told.owner else None
    actions.change(
        known, kind=told.kind or known.kind, owner=owner if "owner" in sent else known.owner,
        by=by, at=request.at, seen=queries.expected(known), **values,
    )  # fmt: skip
    acted(request, by, known, "opportunity")
    return told_of(request, the_one(by, public_id))


@router.post(
    "/{public_id}/next",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="plan_opportunity_step",
    summary="Say what is done next for an opportunity",
    openapi_extra=example(step="Bring the form", on="2026-12-01"),
)
def planned(request: KeyedRequest, public_id: Id, told: OpportunityNextIn) -> Any:
    """The step takes the place of the one that was planned; it comes to Today by its day."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = the_one(by, public_id)
    actions.plan_next(known, step=told.step, on=told.on, by=by, at=request.at)
    acted(request, by, known, "opportunity")
    return told_of(request, the_one(by, public_id))


@router.post(
    "/{public_id}/done",
    response=OpportunityOut,
    auth=Keyed(Right.WORK_WRITE),
    operation_id="do_opportunity_step",
    summary="Say that the next step is done, and what follows",
    openapi_extra=example(step="Sign", on="2026-12-08"),
)
def done(request: KeyedRequest, public_id: Id, told: OpportunityNextIn) -> Any:
    """What follows takes its place; nothing is planned where nothing is said."""
    by = acting(request, told.person, Permission.RECORD_CONTACT)
    known = the_one(by, public_id)
    actions.step_done(known, next_step=told.step, next_on=told.on, by=by, at=request.at)
    acted(request, by, known, "opportunity")
    return told_of(request, the_one(by, public_id))

"""Campaigns for other systems: how far they are, who is in, what came of it; held at once."""

from __future__ import annotations

from typing import Annotated, Any

from django.http import Http404
from django.utils.translation import gettext as _
from ninja import Query, Router

from regulars.server.campaigns import actions, queries
from regulars.server.campaigns.api.shapes import (
    CampaignMemberPage,
    CampaignOut,
    CampaignPage,
    CampaignProgressOut,
    CampaignWhy,
    Id,
    WantedCampaignMembers,
    WantedCampaigns,
)
from regulars.server.campaigns.models import Campaign, Member
from regulars.server.campaigns.queries import Asked, BranchRow, StepRow
from regulars.server.core import queries as core
from regulars.server.core.api import (
    Keyed,
    KeyedRequest,
    Problem,
    as_viewer,
    demand_known,
    example,
    page,
)
from regulars.server.core.rights import Right
from regulars.server.customers.api import customer_ref
from regulars.server.delivery.api.shapes import NothingIn

router = Router(tags=["campaigns"])


@router.get(
    "",
    response=CampaignPage,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="list_campaigns",
    summary="List campaigns",
)
def listed(request: KeyedRequest, wanted: Annotated[WantedCampaigns, Query()]) -> Any:
    """Campaigns with somebody within the key's reach, the newest first."""
    demand_known(request, WantedCampaigns.model_fields)
    viewer = as_viewer(request.api_key)
    found = queries.after(viewer, wanted.cursor or "", most=wanted.limit + 1)
    rows, following = page(found, wanted.limit, wanted.cursor)
    return {"campaigns": [_told(one) for one in rows], "next": following}


@router.get(
    "/{public_id}",
    response=CampaignOut,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="get_campaign",
    summary="Read one campaign",
)
def one(request: KeyedRequest, public_id: Id) -> Any:
    """What it is for, by which ways, and from which rule its people were frozen."""
    return _told(_found(request, public_id))


@router.get(
    "/{public_id}/progress",
    response=CampaignProgressOut,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="get_campaign_progress",
    summary="Read how far a campaign is",
)
def progress(request: KeyedRequest, public_id: Id) -> Any:
    """Its people by state, by step and by branch, with the result codes."""
    found, viewer = _found(request, public_id), as_viewer(request.api_key)
    branches = queries.branch_rows(viewer, found, core.local_date(request.at))
    return {
        "people": queries.funnel(viewer, found).people,
        "states": queries.funnel(viewer, found).states,
        "results": {code: n for code, _words, n in queries.results(viewer, found)},
        "steps": [_step(row) for row in queries.step_rows(viewer, found)],
        "branches": [_branch(row) for row in branches],
    }


@router.get(
    "/{public_id}/members",
    response=CampaignMemberPage,
    auth=Keyed(Right.MESSAGES_READ),
    operation_id="list_campaign_members",
    summary="List the people of a campaign",
)
def members(
    request: KeyedRequest, public_id: Id, wanted: Annotated[WantedCampaignMembers, Query()]
) -> Any:
    """In the order in which they were frozen, each with arm, wave, state and result code."""
    demand_known(request, WantedCampaignMembers.model_fields)
    found, viewer = _found(request, public_id), as_viewer(request.api_key)
    asked = Asked(state=wanted.state or "", result=wanted.result or "")
    rows = queries.members_after(
        viewer, found, asked, wanted.cursor or "", most=wanted.limit + 1
    )
    if rows is None:
        said = _("This cursor is of no list of yours. Begin without one.")
        raise Problem("invalid", said)
    kept = rows[: wanted.limit]
    following = kept[-1].customer.public_id if len(rows) > wanted.limit else None
    return {"members": [_member(request, row) for row in kept], "next": following}


@router.post(
    "/{public_id}/pause",
    response=CampaignOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="pause_campaign",
    summary="Pause a campaign at once",
    openapi_extra=example(why="The rate changes tomorrow."),
)
def pause(request: KeyedRequest, public_id: Id, told: CampaignWhy) -> Any:
    """Messages wait, open calls leave the lists. Needs a key that reaches the whole company."""
    found = _led(request, public_id)
    return _told(actions.pause(found, why=told.why, by=request.api_key, at=request.at))


@router.post(
    "/{public_id}/resume",
    response=CampaignOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="resume_campaign",
    summary="Let a paused campaign go on",
    openapi_extra=example(),
)
def resume(request: KeyedRequest, public_id: Id, told: NothingIn) -> Any:
    """Calls get the days that they lost."""
    found = _led(request, public_id)
    return _told(actions.resume(found, by=request.api_key, at=request.at))


@router.post(
    "/{public_id}/stop",
    response=CampaignOut,
    auth=Keyed(Right.MESSAGES_SEND),
    operation_id="stop_campaign",
    summary="Stop a campaign for good",
    openapi_extra=example(why="The offer is over."),
)
def stop(request: KeyedRequest, public_id: Id, told: CampaignWhy) -> Any:
    """Nothing more of it goes out, and its measurement is closed."""
    found = _led(request, public_id)
    return _told(actions.stop(found, why=told.why, by=request.api_key, at=request.at))


def _found(request: KeyedRequest, public_id: str) -> Campaign:
    found = queries.one(as_viewer(request.api_key), public_id)
    if found is None:
        raise Http404
    return found


def _led(request: KeyedRequest, public_id: str) -> Campaign:
    found = _found(request, public_id)
    if not as_viewer(request.api_key).scope.everything:
        said = _("A campaign is held for everybody. Use a key that reaches the whole company.")
        raise Problem("forbidden", said)
    return found


def _told(one: Campaign) -> dict[str, Any]:
    same = (
        *("name", "goal", "purpose", "state", "why", "outcome", "window_days", "holdout"),
        *("b_share", "starts_on", "ends_on", "launched_at", "ended_at", "rule_version"),
        "data_version",
    )
    return {name: getattr(one, name) for name in same} | {
        "id": one.public_id,
        "owner": one.owner.username,
        "rule": queries.rule_words(one),
        "experiment": one.experiment.public_id if one.experiment else None,
        "steps": [
            {"position": each.position, "channel": each.channel, "message": each.message,
             "after": each.after or None}
            for each in one.steps.order_by("position")
        ],
    }  # fmt: skip


def _step(row: StepRow) -> dict[str, Any]:
    return {
        "position": row.step.position, "channel": row.step.channel, "taken": row.taken,
        "going": row.going, "reached": row.reached, "answered": row.answered,
        "unreached": row.unreached, "reasons": {code: n for code, _words, n in row.reasons},
    }  # fmt: skip


def _branch(row: BranchRow) -> dict[str, Any]:
    return {
        "branch": row.branch.code, "people": row.people, "begun": row.begun,
        "answered": row.answered, "unreached": row.unreached, "calls": row.calls,
        "called": row.called, "late": row.late, "results": row.results,
    }  # fmt: skip


def _member(request: KeyedRequest, row: Member) -> dict[str, Any]:
    same = ("arm", "wave", "state", "step", "result", "result_at", "begun_at")
    return {name: getattr(row, name) for name in same} | {
        "customer": customer_ref(request, row.customer)
    }

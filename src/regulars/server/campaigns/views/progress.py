"""One campaign: its plan until it is launched, then how far it is and what it did."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import RegularsError
from regulars.server.campaigns import actions, queries
from regulars.server.campaigns.models import Campaign
from regulars.server.campaigns.views.building import shown
from regulars.server.campaigns.views.shared import the_campaign, to
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission


@require_GET
@needs(Permission.SEE_MESSAGES)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """The plan for whoever decides on it, the progress for everybody."""
    campaign, at = the_campaign(request, public_id), timezone.now()
    if campaign.is_launched:
        return render(request, "campaigns/one.html", _progress(request, campaign))
    if campaign.state == Campaign.State.DRAFT and queries.may_lead(request.user, campaign):
        return redirect("campaigns:plan", public_id)
    context = {"part": "", "form": None} | shown(request, campaign, at)
    return render(request, "campaigns/plan.html", context)


@require_POST
@needs(Permission.SEE_MESSAGES)
def phase(request: SignedIn, public_id: str, position: int) -> HttpResponse:
    """A phase is done, or not after all; by its owner or who leads the campaign."""
    campaign = the_campaign(request, public_id)
    found = queries.phase(campaign, position)
    if found is None:
        raise Http404
    if found.owner_id != request.user.pk and not queries.may_lead(request.user, campaign):
        said = _("Only its owner, or who leads the campaign, says that a phase is done.")
        messages.error(request, said)
        return to(request, campaign)
    act = actions.finish_phase if found.done_at is None else actions.reopen_phase
    try:
        act(found, by=request.user, at=timezone.now())
    except RegularsError:
        return to(request, campaign)  # somebody was first: the page shows it
    return to(request, campaign)


def _progress(request: SignedIn, campaign: Campaign) -> dict[str, Any]:
    viewer, at = request.user, timezone.now()
    today = core.local_date(at)
    funnel = queries.funnel(viewer, campaign)
    branches = queries.branch_rows(viewer, campaign, today)
    whole = viewer.scope.everything
    return {
        "campaign": campaign,
        "funnel": funnel,
        "steps": queries.step_rows(viewer, campaign),
        "branches": branches,
        "late": sum(row.late for row in branches),
        "calls": sum(row.calls for row in branches),
        "results": queries.results(viewer, campaign),
        "phases": list(campaign.phases.select_related("owner", "done_by").order_by("position")),
        "waves": list(campaign.waves.order_by("number")),
        "sendings": list(
            campaign.sendings.filter(mailing__isnull=False).select_related("mailing", "step")
        ),
        "cost": queries.cost(campaign) if whole else None,
        "verdict": queries.verdict(campaign),
        "rule_words": queries.rule_words(campaign),
        "offer": queries.offer_words(
            viewer, campaign.offer, campaign.offer_code, campaign.offer_words
        ),
        "place": "" if whole else str(viewer.org_unit),
        "may_lead": queries.may_lead(viewer, campaign),
        "may_export": viewer.may(Permission.EXPORT),
        "may_see_proof": viewer.may(Permission.SEE_KPIS),
        "formats": tuple(FORMATS),
        "today": today,
        "at": at,
    }

"""The builder: what, for whom, by which ways, when; what it lacks stands beside it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.campaigns import actions, queries
from regulars.server.campaigns.forms import NewForm, OfferForm, WhatForm, WhenForm, WhoForm
from regulars.server.campaigns.models import Campaign
from regulars.server.campaigns.views.shared import drawer, led
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved

CHECK = "check"
FOLLOWING = dict(zip(queries.PARTS, [*queries.PARTS[1:], CHECK], strict=True))


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def new(request: SignedIn) -> HttpResponse:
    """A name, and the builder opens."""
    form = NewForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = actions.begin(form.cleaned_data["name"], by=request.user, at=timezone.now())
        where = reverse("campaigns:plan", args=[made.public_id])
        if request.htmx:
            return HttpResponse(status=204, headers={"HX-Redirect": where})
        return redirect(where)
    words = _("It is a draft until a second person has approved it and you launch it.")
    return drawer(
        request, form, title=_("New campaign"), words=words, button=_("Begin the plan")
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def plan(request: SignedIn, public_id: str) -> HttpResponse:
    """One part of the plan is open, the others stand as they were said."""
    campaign, at = led(request, public_id), timezone.now()
    if not campaign.is_open:
        return redirect("campaigns:one", public_id)
    part = request.POST.get("part") or request.GET.get("open", queries.PARTS[0])
    part = part if part in (*queries.PARTS, CHECK) else queries.PARTS[0]
    form = None
    if part != CHECK:
        form = _form(request, campaign, part, at)
        if form.is_bound and form.is_valid():
            try:
                _save(request, campaign, part, form, at)
                return redirect(f"{request.path}?open={FOLLOWING[part]}#{FOLLOWING[part]}")
            except RegularsError as problem:
                form.add_error(None, str(problem))
    status = 422 if form is not None and form.is_bound else 200
    context = {"part": part, "form": form} | shown(request, campaign, at)
    return render(request, "campaigns/plan.html", context, status=status)


@require_GET
@needs(Permission.SEND)
def outlook(request: SignedIn, public_id: str) -> HttpResponse:
    """The figures beside the form for what is chosen in it now; nothing is saved."""
    campaign, at = led(request, public_id), timezone.now()
    form = WhoForm(request.GET, campaign=campaign, segments=queries.audiences(request.user))
    if form.is_valid():
        for name, value in form.told().items():
            setattr(campaign, name, value)
    context = {"seen": queries.outlook(request.user, campaign, at), "campaign": campaign}
    return render(request, "campaigns/_outlook.html", context)


@require_POST
@needs(Permission.SEND)
def template(request: SignedIn, public_id: str) -> HttpResponse:
    """The three phases of an autumn: of this year, from December on of the next."""
    campaign, at = led(request, public_id), timezone.now()
    today = core.local_date(at)
    year = today.year + (1 if today.month == 12 else 0)
    actions.use_template(campaign, year=year, by=request.user, at=at)
    return redirect(reverse("campaigns:plan", args=[public_id]) + "?open=when#when")


@require_POST
@needs(Permission.SEND)
def discard(request: SignedIn, public_id: str) -> HttpResponse:
    """Throw a draft away."""
    campaign = led(request, public_id)
    try:
        actions.discard(campaign, by=request.user, at=timezone.now())
    except RegularsError as problem:
        messages.error(request, str(problem))
        return redirect("campaigns:one", public_id)
    return saved(request, reverse("campaigns:index"))


def shown(request: SignedIn, campaign: Campaign, at: datetime) -> dict[str, Any]:
    """A plan as it stands, with what it lacks, whom it reaches and what it may cost."""
    viewer = request.user
    seen = queries.outlook(viewer, campaign, at)
    steps = list(campaign.steps.order_by("position"))
    samples = {
        step.message: queries.sample(viewer, step.message, at) for step in steps if step.message
    }
    checks = queries.checks(viewer, campaign, at, people=None if seen.problem else seen.people)
    return {
        "campaign": campaign,
        "seen": seen,
        "steps": [(step, samples.get(step.message)) for step in steps],
        "waves": list(campaign.waves.order_by("number")),
        "phases": list(campaign.phases.select_related("owner").order_by("position")),
        "offer": queries.offer_words(
            viewer, campaign.offer, campaign.offer_code, campaign.offer_words
        ),
        "coupon_cost": queries.offer_cost(viewer, campaign.offer, campaign.offer_code),
        "estimate": queries.estimate(campaign, seen, samples),
        "checks": checks,
        "is_whole": not any(one.stops and not one.ok for one in checks),
        "may_lead": queries.may_lead(viewer, campaign),
        "deciders": queries.deciders(campaign) if campaign.state == "waiting" else [],
        "may_decide": queries.may_decide(viewer, campaign),
        "job": campaign.job if campaign.job and not campaign.job.is_over else None,
        "failed": campaign.job if campaign.job and campaign.job.state == "failed" else None,
        "at": at,
    }


def _form(request: SignedIn, campaign: Campaign, part: str, at: datetime) -> Any:
    data = request.POST if request.method == "POST" else None
    if part == "what":
        return WhatForm(data, campaign=campaign, owners=queries.owners())
    if part == "who":
        return WhoForm(data, campaign=campaign, segments=queries.audiences(request.user))
    if part == "offer":
        return OfferForm(
            data, campaign=campaign, offers=queries.offers(request.user, at),
            messages=queries.messages(campaign.purpose, core.local_date(at)),
        )  # fmt: skip
    return WhenForm(data, campaign=campaign, owners=queries.owners())


def _save(request: SignedIn, campaign: Campaign, part: str, form: Any, at: datetime) -> None:
    by = request.user
    told = form.cleaned_data if part == "what" else form.told()
    actions.change(campaign, told, by=by, at=at)
    if part == "offer":
        actions.set_steps(campaign, form.steps(), by=by, at=at)
    if part == "when":
        actions.set_waves(campaign, form.waves(), by=by, at=at)
        actions.set_phases(campaign, form.phases(), by=by, at=at)

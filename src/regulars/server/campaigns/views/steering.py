"""Approved, launched, paused, stopped, copied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, RegularsError
from regulars.server.campaigns import actions
from regulars.server.campaigns.actions import Incomplete
from regulars.server.campaigns.forms import AgainForm, WhyForm
from regulars.server.campaigns.models import Campaign
from regulars.server.campaigns.views.shared import drawer, led, the_campaign, to
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved

Act = Callable[..., Any]


@require_POST
@needs(Permission.SEND)
def submit(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask a second person for approval."""
    return _do(request, led(request, public_id), actions.submit)


@require_POST
@needs(Permission.SEND)
def approve(request: SignedIn, public_id: str) -> HttpResponse:
    """Agree to a plan that others made."""
    campaign = the_campaign(request, public_id)
    _may_decide(request)
    return _do(request, campaign, actions.approve)


@require_POST
@needs(Permission.SEND)
def launch(request: SignedIn, public_id: str) -> HttpResponse:
    """Freeze the people and begin; the worker does it."""
    return _do(request, led(request, public_id), actions.ask_launch)


@require_GET
@needs(Permission.SEND)
def launching(request: SignedIn, public_id: str) -> HttpResponse:
    """How far the launch is; once it is over the page itself."""
    campaign = led(request, public_id)
    if campaign.job is None or campaign.job.is_over:
        where = reverse("campaigns:one", args=[public_id])
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return render(
        request, "campaigns/_launching.html", {"job": campaign.job, "campaign": campaign}
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def send_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Return a plan with the reason."""
    campaign = the_campaign(request, public_id)
    _may_decide(request)
    words = _("It becomes a draft again; its authors read the reason.")
    return _why(
        request, campaign, actions.send_back, title=_("Send the plan back"), words=words,
        button=_("Send it back"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def pause(request: SignedIn, public_id: str) -> HttpResponse:
    """Hold a campaign at once."""
    words = _("No wave begins, messages wait, and open calls leave the lists until it goes on.")
    return _why(
        request, led(request, public_id), actions.pause, title=_("Pause the campaign"),
        words=words, button=_("Pause"),
    )  # fmt: skip


@require_POST
@needs(Permission.SEND)
def resume(request: SignedIn, public_id: str) -> HttpResponse:
    """Let it go on."""
    return _do(request, led(request, public_id), actions.resume)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def stop(request: SignedIn, public_id: str) -> HttpResponse:
    """End it for good."""
    words = _("Nothing more goes out, and open calls leave the lists. It cannot be taken back.")
    return _why(
        request, led(request, public_id), actions.stop, title=_("Stop the campaign"),
        words=words, button=_("Stop it for good"), danger=True,
    )  # fmt: skip


@require_POST
@needs(Permission.SEND)
def next_year(request: SignedIn, public_id: str) -> HttpResponse:
    """Begin next year's as a draft."""
    made = actions.next_year(
        the_campaign(request, public_id), by=request.user, at=timezone.now()
    )
    messages.success(request, _("All days are a year later. Look the plan through."))
    return redirect("campaigns:plan", made.public_id)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def again(request: SignedIn, public_id: str) -> HttpResponse:
    """Begin the same to the same people as a draft."""
    campaign = the_campaign(request, public_id)
    form = AgainForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.again(
                campaign, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            where = reverse("campaigns:plan", args=[made.public_id])
            if request.htmx:
                return HttpResponse(status=204, headers={"HX-Redirect": where})
            return redirect(where)
        except RegularsError as problem:
            form.add_error(None, str(problem))
    words = _("Everybody who was in it and is a customer still, also those left alone.")
    return drawer(
        request, form, title=_("The same to the same people"), words=words,
        button=_("Make the draft"),
    )  # fmt: skip


def _may_decide(request: SignedIn) -> None:
    """Who sees a part of the people decides on none; whose plan it is the action refuses."""
    if not request.user.scope.everything:
        raise PermissionDenied


def _do(request: SignedIn, campaign: Campaign, act: Act) -> HttpResponse:
    try:
        act(campaign, by=request.user, at=timezone.now())
    except Incomplete as problem:
        for sentence in problem.lacking:
            messages.error(request, sentence)
    except RegularsError as problem:
        messages.error(request, str(problem))
    return to(request, campaign)


def _why(
    request: SignedIn, campaign: Campaign, act: Act, *, button: str, **words: Any
) -> HttpResponse:
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            act(campaign, by=request.user, at=timezone.now(), **form.cleaned_data)
            return saved(request, reverse("campaigns:one", args=[campaign.public_id]))
        except BadInput as problem:
            form.add_error("why", str(problem))
        except RegularsError as problem:
            form.add_error(None, str(problem))
    return drawer(request, form, button=button, **words)

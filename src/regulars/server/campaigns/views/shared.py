"""A campaign behind an address, and who may change it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from regulars.server.campaigns import queries
from regulars.server.campaigns.models import Campaign
from regulars.server.core.access import SignedIn


def the_campaign(request: SignedIn, public_id: str) -> Campaign:
    found = queries.one(request.user, public_id)
    if found is None:
        # Of others or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def led(request: SignedIn, public_id: str) -> Campaign:
    """The same for whoever plans and holds it."""
    found = the_campaign(request, public_id)
    if not queries.may_lead(request.user, found):
        raise PermissionDenied
    return found


def drawer(
    request: SignedIn,
    form: Any,
    *,
    title: str,
    words: str = "",
    button: str,
    danger: bool = False,
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {
        "form": form,
        "title": title,
        "words": words,
        "button": button,
        "danger": danger,
    }
    status = 422 if form.is_bound else 200
    return render(request, "campaigns/form.html", context, status=status)


def to(request: SignedIn, campaign: Campaign) -> HttpResponse:
    return redirect("campaigns:one", campaign.public_id)

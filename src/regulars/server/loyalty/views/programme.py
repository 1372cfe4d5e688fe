"""The programme: its settings, its levels, its rules at a glance."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput, Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.forms import LevelsForm, ProgrammeForm


@require_GET
@needs(Permission.SEE_LOYALTY)
def programme(request: SignedIn) -> HttpResponse:
    """What earns points, which levels there are, what holds for everything."""
    at = timezone.now()
    today = core.local_date(at)
    scale, months = queries.levels_at(today)
    coming = [each for each in queries.levels(request.user) if each.valid_from > today]
    context = {
        "programme": queries.programme(),
        "rules": queries.history(request.user),
        "levels": scale,
        "months": months,
        "coming": coming,
        "may_edit": request.user.may(Permission.EDIT_LOYALTY),
        "today": today,
        "at": at,
        "nav": "loyalty",
        "tab": "programme",
        "decides": request.user.may(Permission.SEE_TEAM),
        "waiting": queries.wishes_waiting(request.user),
        "sees_terms": True,
    }
    return render(request, "loyalty/programme.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_LOYALTY)
def settings(request: SignedIn) -> HttpResponse:
    """Begin the programme, or change what holds for all of it."""
    found, at = queries.programme(), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = ProgrammeForm(data, viewer=request.user, found=found)
    if form.is_bound and form.is_valid():
        try:
            if found is None:
                actions.set_up(**form.told(), by=request.user, at=at)
            else:
                actions.change(**form.told(), by=request.user, at=at)
        except (BadInput, Refused) as error:
            form.add_error("name", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("loyalty:programme")
    title = _("The programme as a whole") if found else _("Begin a programme")
    context = {"form": form, "title": title, "nav": "loyalty"}
    return render(
        request, "loyalty/settings.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_LOYALTY)
def levels(request: SignedIn) -> HttpResponse:
    """Say which levels there are from a day on."""
    at = timezone.now()
    today = core.local_date(at)
    scale, months = queries.levels_at(today)
    earliest = today + timedelta(days=1) if scale else today
    data = request.POST if request.method == "POST" else None
    form = LevelsForm(data, levels=scale, months=months, earliest=earliest)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.set_levels(
                form.levels(), months=given["months"], valid_from=given["valid_from"],
                by=request.user, at=at,
            )  # fmt: skip
        except (BadInput, Refused) as error:
            form.add_error("valid_from", str(error))
        else:
            messages.success(request, _("Saved."))
            return redirect("loyalty:programme")
    context = {"form": form, "nav": "loyalty"}
    return render(request, "loyalty/levels.html", context, status=422 if form.is_bound else 200)

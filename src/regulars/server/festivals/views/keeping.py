"""The list of festivals: what comes when, added, changed, switched."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.festivals import actions, queries
from regulars.server.festivals.forms import FestivalForm
from regulars.server.festivals.models import Festival
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def listed(request: SignedIn) -> HttpResponse:
    """Every festival with its next days, solar and lunar."""
    today = core.local_date(timezone.now())
    by_code: dict[str, list[Any]] = {}
    for one in queries.coming(request.user, today, every=True):
        by_code.setdefault(one.festival.code, []).append(one)
    rows = [(one, by_code.get(one.code, [])[:3]) for one in queries.festivals(request.user)]
    rows.sort(key=lambda row: (not row[0].is_on, row[1][0].on if row[1] else today))
    context = {"rows": rows, "may": request.user.may(Permission.SEND), "nav": "festivals"}
    return render(request, "festivals/list.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def add(request: SignedIn) -> HttpResponse:
    """A festival of one's own."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEND)
def change(request: SignedIn, code: str) -> HttpResponse:
    """Change one."""
    return _form(request, _festival(request, code))


@require_POST
@needs(Permission.SEND)
def switch(request: SignedIn, code: str) -> HttpResponse:
    """Keep it, or keep it no more."""
    found = _festival(request, code)
    on = request.POST.get("on") == "1"
    actions.switch(found, on=on, by=request.user, at=timezone.now())
    return redirect("festivals:list")


def _form(request: SignedIn, found: Festival | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    initial = _initial(found) if found else {"whom": "all"}
    form = FestivalForm(data, viewer=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        by, at = request.user, timezone.now()
        try:
            if found:
                actions.change(found, by=by, at=at, **form.told())
            else:
                actions.add(by=by, at=at, **form.told())
            return saved(request, reverse("festivals:list"))
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    context = {"form": form, "festival": found, "nav": "festivals"}
    return render(request, "festivals/festival.html", context, status=422 if data else 200)


def _initial(found: Festival) -> dict[str, Any]:
    return {name: getattr(found, name) or None for name in actions.FIELDS} | {
        "wish": found.wish, "weekday": found.weekday, "nth": found.nth,
    }  # fmt: skip


def _festival(request: SignedIn, code: str) -> Festival:
    found = queries.festival(request.user, code)
    if found is None:
        raise Http404
    return found

"""What is promised by its time, and how often it is kept."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.promises import queries


@require_GET
@needs(Permission.RECORD_CONTACT)
def index(request: SignedIn) -> HttpResponse:
    """Open promises by due time, and the share of those kept with the rows behind."""
    at, view, days = timezone.now(), _view(request), _days(request)
    leads = request.user.may(Permission.SEE_TEAM)
    place = _("Whole company") if request.user.scope.everything else str(request.user.org_unit)
    context = {
        "groups": queries.grouped(request.user, at, view=view),
        "tallies": queries.tallies(request.user, at, view=view),
        "rates": queries.rates(request.user, at, days=days, view=view),
        "spans": [
            (str(n), ngettext("%(n)s day", "%(n)s days", n) % {"n": n}) for n in queries.SPANS
        ],
        "days": str(days),
        "views": [("place", place), ("mine", _("Mine"))] if leads else [],
        "view": view,
        "leads": leads,
        "at": at,
        "nav": "promises",
    }
    return render(request, "promises/index.html", context)


@require_GET
@needs(Permission.RECORD_CONTACT)
def rows(request: SignedIn) -> HttpResponse:
    """The promises behind a figure."""
    state, days, at = request.GET.get("state", ""), _days(request), timezone.now()
    found = queries.rows(
        request.user, at, days=days, state=state, code=request.GET.get("of", ""),
        view=_view(request),
    )  # fmt: skip
    context = {"rows": found, "state": state, "days": days, "at": at, "nav": "promises"}
    return render(request, "promises/rows.html", context)


def _view(request: SignedIn) -> str:
    """Whose promises: those who lead see their place's first, everybody else the own."""
    leads = request.user.may(Permission.SEE_TEAM)
    return request.GET.get("view") or ("place" if leads else "mine")


def _days(request: SignedIn) -> int:
    asked = request.GET.get("days", "")
    return int(asked) if asked in map(str, queries.SPANS) else 90

"""What waits, by the time left; and what was closed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.server.alerts import queries
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_GET
@needs(Permission.RECORD_CONTACT)
def index(request: SignedIn) -> HttpResponse:
    """Alerts that wait: the viewer's own, or all of the viewer's place."""
    at, offset = timezone.now(), offset_of(request)
    view, kind = view_of(request), request.GET.get("kind", "")
    groups, more = queries.grouped(request.user, at, view=view, kind=kind, offset=offset)
    shown = sum(len(group.rows) for group in groups)
    context: dict[str, Any] = {
        "groups": groups,
        "more": offset + shown if more else 0,
        "at": at,
        "nav": "alerts",
    }
    if request.htmx and offset:
        return render(request, "alerts/_groups.html", context)
    context |= {
        "tallies": (tallies := queries.tallies(request.user, at)),
        "views": _views(request, tallies),
        "view": view,
        "kind": kind,
        "kinds": queries.kinds(),
        "absences": list(queries.absences(request.user, core.local_date(at))),
        "leads": request.user.may(Permission.SEE_TEAM),
    }
    return render(request, "alerts/index.html", context)


@require_GET
@needs(Permission.RECORD_CONTACT)
def closed(request: SignedIn) -> HttpResponse:
    """What was closed and what came of it, newest first."""
    at, offset, view = timezone.now(), offset_of(request), view_of(request)
    found = queries.closed(request.user, at, view=view, offset=offset)
    context = {
        "rows": found[: queries.PAGE],
        "more": offset + queries.PAGE if len(found) > queries.PAGE else 0,
        "view": view,
        "at": at,
        "nav": "alerts",
    }
    part = request.htmx and offset
    return render(request, "alerts/_closed.html" if part else "alerts/closed.html", context)


def view_of(request: SignedIn) -> str:
    """Whose alerts: managers see their place's first, everybody else the own."""
    leads = request.user.may(Permission.SEE_TEAM)
    return request.GET.get("view") or ("place" if leads else "mine")


def offset_of(request: SignedIn) -> int:
    given = request.GET.get("after", "")
    return int(given) if given.isdecimal() and len(given) < 8 else 0


def _views(request: SignedIn, tallies: queries.Tallies) -> list[tuple[str, str, int]]:
    if not request.user.may(Permission.SEE_TEAM):
        return []
    company = request.user.scope.everything
    place = _("Whole company") if company else str(request.user.org_unit)
    return [("place", place, tallies.place), ("mine", _("With me"), tallies.mine)]

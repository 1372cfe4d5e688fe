"""The desk of complaints: key customers first, then the least time left."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.complaints import queries
from regulars.server.complaints.views.shared import offset
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.tiers import queries as tiers


@require_GET
@needs(Permission.RECORD_CONTACT, Permission.SEE_KPIS)
def index(request: SignedIn) -> HttpResponse:
    """What waits, by tier and time left; one figure narrows it down."""
    if not request.user.may(Permission.RECORD_CONTACT):
        return redirect("complaints:figures")  # who does not handle them counts them
    at, begin = timezone.now(), offset(request)
    wanted = _wanted(request)
    rows, more = queries.listed(request.user, at, wanted, offset=begin)
    context = {
        "rows": rows,
        "next": begin + len(rows) if more else None,
        "wanted": wanted,
        "tallies": queries.tallies(request.user, at),
        "types": queries.types(),
        "levels": tiers.names_of_levels(),
        "may_count": request.user.may(Permission.SEE_TEAM)
        or request.user.may(Permission.SEE_KPIS),
        "at": at,
    }
    part = request.htmx and begin
    return render(
        request, "complaints/_rows.html" if part else "complaints/index.html", context
    )


def _wanted(request: SignedIn) -> queries.Wanted:
    show, level = request.GET.get("show", ""), request.GET.get("level", "")
    return queries.Wanted(
        show=show if show in queries.SHOWS else queries.SHOWS[0],
        level=int(level) if level in set("012345") and level else None,
        type=request.GET.get("type", "")[:12],
        words=request.GET.get("q", "")[:80],
    )

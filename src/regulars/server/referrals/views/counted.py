"""The people behind the figures of referrals: counted, invited, reached."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.referrals import queries
from regulars.server.referrals.views.shared import months_of, offset

PAGE = 50
counting = needs(Permission.SEE_TEAM, Permission.SEE_KPIS)


@require_GET
@counting
def people(request: SignedIn) -> HttpResponse:
    """The customers who are counted: all with business, or those who referred."""
    of = request.GET.get("of", "")
    if of not in queries.PEOPLE:
        raise Http404
    found = queries.people(request.user, timezone.now(), months_of(request), of=of)
    return _page(request, found, of=of)


@require_GET
@counting
def invitations(request: SignedIn) -> HttpResponse:
    """Every invitation: a device that opened a link, a friend who was written down."""
    start = offset(request)
    rows, count = queries.invitations(
        request.user, timezone.now(), months_of(request), offset=start, most=PAGE
    )
    following = start + PAGE if count > start + PAGE else None
    context = {"rows": rows, "count": count, "next": following, "nav": "referrals"}
    part = request.htmx and start
    name = "referrals/_invitations.html" if part else "referrals/invitations.html"
    return render(request, name, context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def reached(request: SignedIn) -> HttpResponse:
    """Whom the happy or the unhappy reach, or whose reach was looked at."""
    kind, steps = request.GET.get("kind", ""), request.GET.get("steps", "")
    if kind not in queries.KINDS or steps not in ("0", "1", "2"):
        raise Http404
    at = timezone.now()
    if steps == "0":
        rows = queries.looked_at(request.user, at, kind)
        context = {"rows": rows, "kind": kind, "nav": "referrals"}
        return render(request, "referrals/looked_at.html", context)
    found = queries.reached(request.user, at, kind, steps=int(steps))
    return _page(request, found, of="reached", kind=kind, steps=int(steps))


def _page(request: SignedIn, found: Any, **told: object) -> HttpResponse:
    start = offset(request)
    rows = list(found[start : start + PAGE + 1])
    context = {
        "rows": rows[:PAGE],
        "count": found.count(),
        "next": start + PAGE if len(rows) > PAGE else None,
        "nav": "referrals",
        **told,
    }
    part = request.htmx and start
    name = "referrals/_people.html" if part else "referrals/people.html"
    return render(request, name, context)

"""What the points that are out there will cost, and the lots behind each figure."""

from __future__ import annotations

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.loyalty import queries

STATES = ("points", "held", "pending", "active", "spent", "expired", "reversed")
YEARS = range(2000, 2200)
ALL = "all"


@require_GET
@needs(Permission.SEE_LOYALTY)
def liability(request: SignedIn) -> HttpResponse:
    """Cohorts by month of issue, breakage, liability, the share of a sale that is deferred."""
    at = timezone.now()
    context = {
        "worth": queries.worth(request.user, at),
        "example": queries.example(),
        "at": at,
        "nav": "loyalty",
        "tab": "liability",
        "decides": request.user.may(Permission.SEE_TEAM),
        "waiting": queries.wishes_waiting(request.user),
        "sees_terms": True,
    }
    return render(request, "loyalty/liability.html", context)


@require_GET
@needs(Permission.SEE_LOYALTY)
def lots(request: SignedIn) -> HttpResponse:
    """Whose points stand behind a figure of one cohort, or of all."""
    asked = request.GET
    named, mark, _end = asked.get("cohort", "").partition(queries.BROUGHT)
    cohort = None if named == ALL else _month(named)
    state = asked.get("state", "points")
    brought = bool(mark)
    state = state if state in STATES else "points"
    after = asked.get("after", "0")
    rows = queries.behind(
        request.user,
        cohort=cohort,
        state=state,
        brought=brought,
        after=int(after) if after.isdecimal() else 0,
    )
    context = {
        "rows": rows,
        "cohort": cohort,
        "brought": brought,
        "state": state,
        "next": rows[-1].pk if len(rows) == queries.PAGE else None,
        "at": timezone.now(),
        "nav": "loyalty",
    }
    part = "loyalty/_lots.html" if request.htmx and after != "0" else "loyalty/lots.html"
    return render(request, part, context)


def _month(text: str) -> date:
    """The month of an address; the one of today where it is none that we count with."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        found = date.min
    return (found if found.year in YEARS else core.local_date(timezone.now())).replace(day=1)

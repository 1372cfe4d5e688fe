"""Posted or not, per item, branch and manager."""

from __future__ import annotations

from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.posts import queries
from regulars.server.posts.views.items import tabs, the_item


@require_GET
@needs(Permission.SEE_TEAM, Permission.SEE_MESSAGES)
def board(request: SignedIn) -> HttpResponse:
    """The items of a day that managers post, with how many did."""
    at = timezone.now()
    today = core.local_date(at)
    day = _day(request, today)
    context = {
        "standings": queries.board(request.user, day=day),
        "day": day,
        "before": day - timedelta(days=1),
        "after": day + timedelta(days=1) if day < today else None,
        "at": at,
        **tabs(request.user, "board"),
    }
    return render(request, "posts/board.html", context)


@require_GET
@needs(Permission.SEE_TEAM, Permission.SEE_MESSAGES)
def managers(request: SignedIn, public_id: str) -> HttpResponse:
    """The managers behind a figure."""
    item = the_item(public_id)
    state, place = request.GET.get("state", ""), request.GET.get("place", "")
    found = queries.behind(request.user, item, state=state, place=place)
    context = {"item": item, "marks": found, "state": state, **tabs(request.user, "board")}
    return render(request, "posts/managers.html", context)


def _day(request: SignedIn, today: date) -> date:
    try:
        return min(date.fromisoformat(request.GET.get("day", "")), today)
    except ValueError:
        return today

"""The marketing calendar, and how much comes to each customer."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.festivals import queries
from regulars.server.festivals.queries.load import SPANS

ROWS = 200


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """A month or a week of what is planned, and the load per customer."""
    at = timezone.now()
    today = core.local_date(at)
    of = _day(request.GET.get("day", ""), today)
    view = "week" if request.GET.get("view") == "week" else "month"
    kinds = [each for each in request.GET.getlist("kind") if each in queries.KINDS]
    show = queries.week if view == "week" else queries.month
    found = show(request.user, of, today, kinds=kinds)
    context = {
        "shown": found,
        "view": view,
        "views": [
            ("month", pgettext("calendar", "Month")),
            ("week", pgettext("calendar", "Week")),
        ],
        "kinds": [
            (kind, label, found.counts[kind], kind in kinds)
            for kind, label in queries.KINDS.items()
            if found.counts[kind] or kind in kinds
        ],
        "chosen": kinds,
        "load": queries.load(request.user, at),
        "today": today,
        "at": at,
        "nav": "marketing-calendar",
    }
    return render(request, "festivals/calendar.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def rows(request: SignedIn, span: str, n: str) -> HttpResponse:
    """The customers who have so many messages and contacts in a span."""
    if span not in SPANS or n not in ("0", "1", "2", "3"):
        raise Http404
    titles = {
        "week": _("Had in the last 7 days: %(n)s"),
        "month": _("Had in the last 28 days: %(n)s"),
        "ahead": _("To come in the next 7 days: %(n)s"),
    }
    people = queries.behind(request.user, span, n, timezone.now())
    many = _("3 and more") if n == "3" else n
    context = {
        "title": titles[span] % {"n": many}, "rows": people[:ROWS], "total": people.count(),
        "most": ROWS, "nav": "marketing-calendar",
    }  # fmt: skip
    return render(request, "festivals/rows.html", context)


def _day(text: str, today: date) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return today
    return found if 2000 < found.year < 2098 else today

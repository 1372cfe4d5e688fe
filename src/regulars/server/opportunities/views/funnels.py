"""The funnel with its forecast; the ladder with its rows."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import queries
from regulars.server.opportunities.views.opening import (
    SPAN,
    offset,
    wanted,
    whose,
    words_of,
)

PAGE = 50


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def funnel(request: SignedIn) -> HttpResponse:
    """Stage by stage: how many came, went on, ended, stand; and what the open ones bring."""
    at, viewer = timezone.now(), request.user
    asked = wanted(request, made=SPAN, view=queries.PLACE)
    asked = replace(asked, state="all")
    by = request.GET.get("by", "kind")
    by = by if by in queries.CUTS else "kind"
    context = {
        "funnel": queries.funnel(viewer, asked, at),
        "rows": queries.cut(viewer, asked, at, by=by),
        "by": by,
        "cuts": _cuts(viewer.may(Permission.SEE_TEAM)),
        "forecast": queries.forecast(viewer, replace(asked, made=0), at),
        "checked": queries.BOOKS if asked.view == queries.MINE else asked.view,
        "spans": [(str(n), _("%(n)s months") % {"n": n}) for n in queries.SPANS],
        "span": str(asked.made),
        "pills": [each for each in words_of(asked, at) if each[0] != "made"],
        "at": at,
        **whose(request, asked),
    }
    return render(request, "opportunities/funnel.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def ladder(request: SignedIn) -> HttpResponse:
    """From awareness to word of mouth."""
    at, asked = timezone.now(), wanted(request, view=queries.PLACE)
    mine = asked.view == queries.MINE
    steps = queries.ladder(request.user, at, mine=mine)
    most = max((step.count for step in steps), default=0) or 1
    context = {
        "steps": [replace(step, width=step.count / most) for step in steps],
        "at": at,
        **whose(request, asked),
    }
    return render(request, "opportunities/ladder.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def ladder_rows(request: SignedIn) -> HttpResponse:
    """The customers behind a figure of the ladder."""
    at, asked = timezone.now(), wanted(request, view=queries.PLACE)
    given = request.GET
    code = given.get("on", "") if given.get("on") in queries.RUNGS else queries.RUNGS[0]
    start = offset(request)
    found = queries.on_rung(
        request.user, at, code, mine=asked.view == queries.MINE,
        also=given.get("also", ""), without=given.get("without", ""),
    )  # fmt: skip
    page = list(found[start : start + PAGE + 1])
    names = {step: str(name) for step, name in queries.rung_names().items()}
    context = {
        "rows": page[:PAGE],
        "count": found.count(),
        "next": start + PAGE if len(page) > PAGE else None,
        "on": names[code],
        "also": names.get(given.get("also", ""), ""),
        "without": names.get(given.get("without", ""), ""),
        "at": at,
        "nav": "opportunities",
    }
    part = request.htmx and start
    name = "opportunities/_people.html" if part else "opportunities/people.html"
    return render(request, name, context)


def _cuts(leads: bool) -> list[tuple[str, str]]:
    cuts = [("kind", _("Kind")), ("source", pgettext("opportunity", "Source"))]
    return [*cuts, ("owner", _("Owner")), ("branch", _("Branch"))] if leads else cuts

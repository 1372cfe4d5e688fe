"""The ladder from awareness to word of mouth, with the customers on each rung."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import queries
from regulars.server.opportunities.views.opening import offset, wanted, whose

PAGE = 50


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def ladder(request: SignedIn) -> HttpResponse:
    """From awareness to word of mouth."""
    at, asked = timezone.now(), wanted(request, view=queries.PLACE)
    steps = queries.ladder(request.user, at, mine=asked.view != queries.PLACE)
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
    names = {step: str(name) for step, name in queries.rung_names().items()}
    given = {
        name: value if (value := request.GET.get(name, "")) in names else ""
        for name in ("on", "also", "without", "known")
    }
    on = given.pop("on") or ("" if given["known"] else queries.RUNGS[0])
    found = queries.on_rung(
        request.user, at, on, mine=asked.view != queries.PLACE, **given
    )  # fmt: skip
    start = offset(request)
    page = list(found[start : start + PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "count": found.count(),
        "next": start + PAGE if len(page) > PAGE else None,
        "on": names.get(on, ""),
        **{name: names.get(value, "") for name, value in given.items()},
        "at": at,
        "nav": "opportunities",
    }
    part = request.htmx and start
    name = "opportunities/_people.html" if part else "opportunities/people.html"
    return render(request, name, context)

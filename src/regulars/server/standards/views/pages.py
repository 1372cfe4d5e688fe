"""Pages that show the standard: the matrix, plans, treatments, the versions before."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.standards import queries
from regulars.server.standards.forms import changes, places, shown, words
from regulars.server.standards.rules import CLASSES, STAGES, differences


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """The standard in force for one group of customers, and what it asks of people."""
    today = core.local_date(timezone.now())
    held = queries.in_force(today)
    form = places.PlaceForm(request.GET, matrix=held.matrix)
    place = form.place()
    reckons = request.user.may(Permission.SEE_TIERS)
    context = {
        "part": "matrix",
        "held": held,
        "version": queries.version_on(today),
        "planned": queries.planned(today),
        "form": form,
        "place": place,
        "matrix": shown.matrix(held.matrix, place),
        "exceptions": places.exceptions(held.matrix),
        "simulation": shown.simulation(
            queries.simulate(request.user, held.content, now=held.content, day=today)
        )
        if reckons
        else None,
        **frame(request),
    }
    return render(request, "standards/index.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def classes(request: SignedIn) -> HttpResponse:
    """What each business class is offered."""
    held = queries.in_force(core.local_date(timezone.now()))
    counted = queries.customers_of_classes(request.user)
    plans = [shown.plan(held.plans.get(code), code, counted) for code in CLASSES]
    context = {"part": "classes", "held": held, "plans": plans, **frame(request)}
    return render(request, "standards/classes.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def stages(request: SignedIn) -> HttpResponse:
    """What is done when a customer enters a stage."""
    held = queries.in_force(core.local_date(timezone.now()))
    entered = queries.entered(request.user)
    treatments = [shown.treatment(held.treatments.get(s), s, entered) for s in STAGES]
    context = {"part": "stages", "held": held, "treatments": treatments, **frame(request)}
    return render(request, "standards/stages.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def history(request: SignedIn) -> HttpResponse:
    """Every version that was adopted."""
    today = core.local_date(timezone.now())
    rows = [
        (version, len(differences(queries.before(version), queries.content(version))))
        for version in queries.versions()[:50]
    ]
    context = {
        "part": "history",
        "held": queries.in_force(today),
        "today": today,
        "rows": rows,
        **frame(request),
    }
    return render(request, "standards/history.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def version(request: SignedIn, number: int) -> HttpResponse:
    """One version: who made it, who took it into force, and what it changed."""
    found = queries.version_by_number(number)
    if found is None:
        raise Http404
    changed = differences(queries.before(found), queries.content(found))
    context = {
        "part": "history",
        "version": found,
        "editors": queries.editors(found),
        "changes": changes.described(changed),
        "count": len(changed),
        **frame(request),
    }
    return render(request, "standards/version.html", context)


def frame(request: SignedIn) -> dict[str, Any]:
    """What every page of the standard shows around its part."""
    viewer = request.user
    return {
        "at": timezone.now(),
        "draft": queries.draft(),
        "beginnings": words.BEGINNINGS.items(),
        "may_edit": viewer.may(Permission.EDIT_STANDARDS),
        "may_steer": viewer.may(Permission.STEER) or viewer.may(Permission.ADOPT_STANDARDS),
        "may_see_draft": viewer.may(Permission.SEE_TIERS),
        "nav": "standards",
    }

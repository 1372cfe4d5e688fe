"""Plans, late steps and key customers without a plan; everybody by the level of the bond."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.plans import queries


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """Plans by how pressing they are, and who should have one."""
    at, viewer = timezone.now(), request.user
    view, offset = _view(request), _offset(request)
    show = request.GET.get("show", queries.IN_FORCE)
    show = show if show in (*queries.SHOWS, queries.LACKING) else queries.IN_FORCE
    lacks = show == queries.LACKING
    rows, more = (
        queries.lacking(viewer, view=view, offset=offset)
        if lacks
        else queries.lines(viewer, at, view=view, show=show, offset=offset)
    )
    context = {
        "rows": rows,
        "next": offset + len(rows) if more else None,
        "show": show,
        "tallies": queries.tallies(viewer, at, view=view),
        "policy": queries.policy(),
        "may_change": viewer.may(Permission.RECORD_CONTACT),
        "may_ask": viewer.may(Permission.SEE_TEAM),
        **_frame(request, view),
        "at": at,
    }
    name = "plans/_lacking_rows.html" if lacks else "plans/_rows.html"
    part = request.htmx and offset
    return render(request, name if part else "plans/index.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def steps(request: SignedIn) -> HttpResponse:
    """The late steps behind the figure."""
    at, view = timezone.now(), _view(request)
    found = queries.late_steps(request.user, core.local_date(at), view=view)
    context = {"steps": found[:200], "at": at, "nav": "plans"}
    return render(request, "plans/steps.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def bonds(request: SignedIn) -> HttpResponse:
    """Key customers by the level of their bond."""
    viewer, view, offset = request.user, _view(request), _offset(request)
    mine, of = view == queries.MINE, request.GET.get("of", "")
    rows, more = queries.bond_rows(viewer, of=of, mine=mine, offset=offset)
    context = {
        "rows": rows,
        "next": offset + len(rows) if more else None,
        "of": of,
        "tallies": queries.bond_tallies(viewer, mine=mine),
        "policy": queries.policy(),
        "may_change": viewer.may(Permission.RECORD_CONTACT),
        **_frame(request, view),
        "at": timezone.now(),
    }
    part = request.htmx and offset
    return render(request, "plans/_bond_rows.html" if part else "plans/bonds.html", context)


def _frame(request: SignedIn, view: str) -> dict[str, object]:
    """Whose: the switch for those who lead, and the words for the line below the title."""
    place = _("Whole company") if request.user.scope.everything else str(request.user.org_unit)
    both = request.user.may(Permission.SEE_TEAM)
    return {
        "view": view,
        "views": [(queries.PLACE, place), (queries.MINE, _("Mine"))] if both else [],
        "place": place,
        "nav": "plans",
    }


def _view(request: SignedIn) -> str:
    return queries.view_of(request.user, request.GET.get("view", ""))


def _offset(request: SignedIn) -> int:
    asked = request.GET.get("from", "")
    return int(asked) if asked.isdecimal() and len(asked) < 7 else 0

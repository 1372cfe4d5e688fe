"""Messages to confirm: one after the other, each with its words and three ways on."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_POST, require_safe

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.outreach import actions, queries
from regulars.server.outreach.models import Confirmation
from regulars.server.tiers import queries as tiers

NAV, SHOWN = "confirm", 50


@require_safe
@needs(Permission.RECORD_CONTACT)
def index(request: SignedIn) -> HttpResponse:
    """What waits for the viewer, or for those whom they lead; below it what was decided."""
    at = timezone.now()
    leads = request.user.may(Permission.SEE_TEAM)
    view = "place" if leads and request.GET.get("view") == "place" else "own"
    found = (queries.waiting if view == "place" else queries.own)(request.user, at)
    rows = list(found[:SHOWN])
    marks = tiers.tiers_of([row.customer_id for row in rows])
    context = {
        "nav": NAV,
        "rows": [(row, marks.get(row.customer_id)) for row in rows],
        "more": max(0, found.count() - SHOWN),
        "views": [("own", pgettext("confirm", "Mine")), ("place", _("Whom I lead"))]
        if leads
        else [],
        "view": view,
        "whys": Confirmation.Why.choices,
        "decided": queries.decided(request.user),
        "at": at,
    }
    return render(request, "outreach/index.html", context)


@require_POST
@needs(Permission.RECORD_CONTACT)
def decide(request: SignedIn, public_id: str, choice: str) -> HttpResponse:
    """Send it, say it in person, or keep it back with a reason."""
    row = queries.one(request.user, public_id)
    if row is None:
        raise Http404
    by, at, problem = request.user, timezone.now(), ""
    try:
        if choice == "send":
            actions.confirm(row, by=by, at=at)
        elif choice == "person":
            actions.by_person(row, by=by, at=at)
        elif choice == "decline":
            actions.decline(row, why=request.POST.get("why", ""), by=by, at=at)
        else:
            raise Http404
    except RegularsError as error:
        problem = str(error)
    if not request.htmx:
        return redirect("outreach:index")
    row.refresh_from_db()
    return render(request, "outreach/_done.html", {"row": row, "problem": problem})

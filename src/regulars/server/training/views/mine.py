"""One's own items, and what was judged of one's own contacts."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.training import actions, queries
from regulars.server.training.views.tabs import tabs

SHOWN = 12


@require_GET
@needs()
def index(request: SignedIn) -> HttpResponse:
    """What I owe, what I did and until when; my judged contacts."""
    at = timezone.now()
    context = {
        "at": at,
        "mine": queries.mine(request.user, core.local_date(at)),
        "judged": list(queries.samples_of(request.user)[:SHOWN]),
        **tabs(request, "index"),
    }
    return render(request, "training/index.html", context)


@require_GET
@needs()
def item(request: SignedIn, public_id: str) -> HttpResponse:
    """What an item asks for, and how the reader stands."""
    found = queries.item(public_id)
    if found is None:
        raise Http404
    today = core.local_date(timezone.now())
    own = next((m for m in queries.mine(request.user, today) if m.item == found), None)
    return render(request, "training/item.html", {"item": found, "own": own})


@require_POST
@needs()
def confirm(request: SignedIn, public_id: str) -> HttpResponse:
    """Say that I did it."""
    found = queries.item(public_id)
    if found is None:
        raise Http404
    try:
        actions.confirm(found, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("It is on record."))
    return redirect("training:index")

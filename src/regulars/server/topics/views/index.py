"""Topics in lists with their figures, and raising one."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.topics import actions, queries
from regulars.server.topics.forms import RaiseForm

DAYS = 30
MOST = 100


@require_GET
@needs()
def index(request: SignedIn) -> HttpResponse:
    """What is open, what is out, what is over, what one raised oneself."""
    viewer, at = request.user, timezone.now()
    usual = "open" if queries.may_lead(viewer) or queries.may_approve(viewer) else "mine"
    show = request.GET.get("show", usual)
    show = show if show in queries.SHOWS else usual
    counts = queries.counts(viewer)
    words = {
        "open": pgettext("topics", "Open"),
        "released": pgettext("topics", "Released"),
        "over": pgettext("topics", "Over"),
        "mine": pgettext("topics", "Raised by me"),
    }
    context = {
        "topics": queries.shown(viewer, show=show)[:MOST],
        "shows": [(key, words[key], counts[key]) for key in queries.SHOWS],
        "show": show,
        "figures": queries.figures(viewer, days=DAYS, at=at),
        "at": at,
        "nav": "topics",
    }
    return render(request, "topics/index.html", context)


@require_GET
@needs()
def rows(request: SignedIn) -> HttpResponse:
    """The topics behind a figure."""
    of, at = request.GET.get("of", ""), timezone.now()
    of = of if of in queries.OF else "raised"
    found = queries.behind(request.user, days=DAYS, at=at, of=of)
    context = {"topics": found, "of": of, "days": DAYS, "at": at, "nav": "topics"}
    return render(request, "topics/rows.html", context)


@require_http_methods(["GET", "POST"])
@needs()
def new(request: SignedIn) -> HttpResponse:
    """Say what happened."""
    at, bound = timezone.now(), request.method == "POST"
    form = RaiseForm(request.POST if bound else None)
    if bound and form.is_valid():
        try:
            made = actions.raise_topic(by=request.user, at=at, **form.told(at))
            messages.success(request, _("Marketing has it. You see here what becomes of it."))
            return redirect("topics:one", made.public_id)
        except BadInput as error:
            form.add_error(None, str(error))
    context = {"form": form, "nav": "topics"}
    return render(request, "topics/new.html", context, status=422 if bound else 200)

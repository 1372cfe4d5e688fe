"""One salon: its plan, the invitations, its end, its result."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.outreach import queries as outreach
from regulars.server.products import queries as products
from regulars.server.salons import actions, queries
from regulars.server.salons.forms import ReasonForm, SalonForm, SettleForm
from regulars.server.salons.models import Salon
from regulars.server.salons.queries.words import LACKS, LEFT
from regulars.server.salons.rules import needed
from regulars.server.salons.rules.sheet import STOPS
from regulars.server.salons.views.shared import (
    NAV,
    drawer,
    go,
    own_salon,
    plainly,
    the_salon,
    told,
)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """The plan: what, for whom, the sheet, the budget, and what is missing."""
    salon = the_salon(request, public_id)
    rate, lacks = queries.rate(salon), queries.lacking(salon) if salon.is_live else []
    names, mailing = products.names(), outreach.mailing_of(f"{salon.source}:invite")
    parts = list(salon.parts.all())
    context = {
        "parts": parts,
        "minutes": sum(each.minutes for each in parts),
        "costs": list(salon.costs.all()),
        "sums": queries.costs(salon),
        "counts": queries.counts(salon),
        "rate": rate,
        "needed": needed(salon.capacity, rate.share, salon.held_out),
        "lacks": [(LACKS[each], each in STOPS) for each in lacks],
        "stops": any(each in STOPS for each in lacks),
        "offered": [names[code] for code in salon.products if code in names],
        "mailing": mailing,
        "may_see_messages": request.user.may(Permission.SEE_MESSAGES),
        "at": timezone.now(),
    }
    return render(request, "salons/one.html", context | told(request, salon, "plan"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Change the plan."""
    salon, at = own_salon(request, public_id), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = SalonForm(data, viewer=request.user, at=at, salon=salon)
    if form.is_bound and form.is_valid():
        try:
            actions.change(salon, by=request.user, at=at, **form.told())
            return go(request, _page(salon))
        except BadInput as error:
            form.add_error(None, str(error))
    context = {"form": form, "title": str(salon), "salon": salon, "nav": NAV}
    return render(request, "salons/edit.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.RUN_SALONS)
@plainly
def propose(request: SignedIn, public_id: str) -> HttpResponse:
    """Draw the list anew from the segment."""
    salon = own_salon(request, public_id)
    found = actions.propose(salon, by=request.user, at=timezone.now())
    words = ngettext("%(n)s customer is proposed", "%(n)s customers are proposed", found.listed)
    parts = [words % {"n": found.listed}]
    parts += [
        _("%(n)s left: %(why)s") % {"n": n, "why": LEFT[why]} for why, n in found.left.items()
    ]
    messages.success(request, "; ".join(parts) + ".")
    return go(request, reverse("salons:guests", args=[salon.public_id]))


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
@plainly
def open_(request: SignedIn, public_id: str) -> HttpResponse:
    """Look once more at what happens, then draw the lot and invite."""
    salon = own_salon(request, public_id)
    if request.method == "POST":
        actions.open_invitations(salon, by=request.user, at=timezone.now())
        return go(request, reverse("salons:guests", args=[salon.public_id]))
    listed = queries.counts(salon)["proposed"]
    context = {
        "listed": listed,
        "left_out": round(listed * salon.held_out),
        "lacks": [LACKS[each] for each in queries.lacking(salon)],
        "stops": any(each in STOPS for each in queries.lacking(salon)),
    }
    return render(request, "salons/open.html", context | told(request, salon, "plan"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def cancel(request: SignedIn, public_id: str) -> HttpResponse:
    """Call it off, with the reason."""
    salon = own_salon(request, public_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.cancel(salon, by=request.user, at=timezone.now(), **form.cleaned_data)
        return go(request, _page(salon))
    words = _("Whoever said yes stands on their manager's list, to be told.")
    return drawer(
        request, form, title=_("Call it off: %(salon)s") % {"salon": salon}, words=words,
        button=_("Call it off"),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_SALONS)
def settle(request: SignedIn, public_id: str) -> HttpResponse:
    """Close the books, and say what was learned."""
    salon = own_salon(request, public_id)
    form = SettleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.settle(salon, by=request.user, at=timezone.now(), **form.cleaned_data)
            return go(request, reverse("salons:result", args=[salon.public_id]))
        except BadInput as error:
            form.add_error(None, str(error))
    return drawer(request, form, title=_("Settle: %(salon)s") % {"salon": salon})


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def result(request: SignedIn, public_id: str) -> HttpResponse:
    """What came of it."""
    salon = the_salon(request, public_id)
    context = {
        "result": queries.result(salon),
        "own": queries.counts(salon, request.user),
        "may_export": request.user.may(Permission.EXPORT),
        "at": timezone.now(),
    }
    return render(request, "salons/result.html", context | told(request, salon, "result"))


def _page(salon: Salon) -> str:
    return reverse("salons:one", args=[salon.public_id])

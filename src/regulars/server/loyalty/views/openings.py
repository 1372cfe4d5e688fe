"""An existing programme comes by file: looked at, taken in, taken out again."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.forms import OpeningForm
from regulars.server.loyalty.models import Opening

STEPS = {"take": actions.ask_take_in, "undo": actions.ask_undo, "drop": actions.drop}


@require_GET
@needs(Permission.EDIT_LOYALTY)
def openings(request: SignedIn) -> HttpResponse:
    """Files that brought members and balances."""
    context = {
        "rows": queries.openings(request.user),
        "programme": queries.programme(),
        "at": timezone.now(),
        "nav": "loyalty",
    }
    return render(request, "loyalty/openings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_LOYALTY)
def bring(request: SignedIn) -> HttpResponse:
    """Look at a file; nothing of it is taken in by that."""
    at, posted = timezone.now(), request.method == "POST"
    form = OpeningForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        today=core.local_date(at),
    )
    if form.is_bound and form.is_valid():
        try:
            found = actions.bring(
                form.cleaned_data["file"], as_of=form.cleaned_data["as_of"], by=request.user,
                at=at,
            )  # fmt: skip
        except (BadInput, Refused) as error:
            form.add_error("file", str(error))
        else:
            return redirect("loyalty:opening", public_id=found.public_id)
    context = {"form": form, "heads": queries.HEADS.values(), "nav": "loyalty"}
    status = 422 if form.is_bound else 200
    return render(request, "loyalty/bring.html", context, status=status)


@require_GET
@needs(Permission.EDIT_LOYALTY)
def opening(request: SignedIn, public_id: str) -> HttpResponse:
    """One file: what it would do or did, and the rows that are refused."""
    found = _opening(request, public_id)
    context = {
        "it": found,
        "wrong": queries.wrong(found),
        "is_busy": found.state in {Opening.State.TAKING, Opening.State.UNDOING},
        "at": timezone.now(),
        "nav": "loyalty",
    }
    return render(request, "loyalty/opening.html", context)


@require_POST
@needs(Permission.EDIT_LOYALTY)
def step(request: SignedIn, public_id: str, what: str) -> HttpResponse:
    """Take a file in, take it out again, or forget it."""
    found = _opening(request, public_id)
    try:
        STEPS[what](found, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
        return redirect("loyalty:opening", public_id=found.public_id)
    if what == "drop":
        messages.success(request, _("The file is forgotten; nothing of it was taken in."))
        return redirect("loyalty:openings")
    return redirect("loyalty:opening", public_id=found.public_id)


def _opening(request: SignedIn, public_id: str) -> Opening:
    found = queries.opening(request.user, public_id)
    if found is None:
        raise Http404
    return found

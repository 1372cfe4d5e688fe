"""Calendar and morning mail: what a person takes out of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from regulars.base.errors import BadInput
from regulars.server.agenda import actions, queries
from regulars.server.agenda.forms import WishForm
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.mail import End
from regulars.server.core.rules import Permission


@require_safe
@needs(Permission.RECORD_CONTACT)
def mine(request: SignedIn) -> HttpResponse:
    return render(request, "agenda/mine.html", _context(request, timezone.now()))


@require_POST
@needs(Permission.RECORD_CONTACT)
def make(request: SignedIn) -> HttpResponse:
    """Make an address, or another one; the answer is the only page that ever shows it."""
    secret = actions.make_feed(request.user, by=request.user, at=timezone.now())
    address = request.build_absolute_uri(reverse("agenda:feed", args=[secret]))
    context = {"address": address, "webcal": f"webcal:{address.partition(':')[2]}"}
    shown = render(request, "agenda/address.html", context)
    shown["Cache-Control"] = "no-store"
    return shown


@require_POST
@needs(Permission.RECORD_CONTACT)
def end(request: SignedIn) -> HttpResponse:
    if actions.revoke_feed(request.user, by=request.user, at=timezone.now()):
        messages.success(request, _("The address opens nothing any more."))
    return redirect("agenda:mine")


@require_POST
@needs(Permission.RECORD_CONTACT)
def wishes(request: SignedIn) -> HttpResponse:
    form = WishForm(request.POST, person=request.user)
    if form.is_valid():
        actions.set_wish(request.user, by=request.user, at=timezone.now(), **form.told())
        messages.success(request, _("Saved."))
    return redirect("agenda:mine")


@require_POST
@needs(Permission.RECORD_CONTACT, Permission.ADMINISTER)
def sample(request: SignedIn) -> HttpResponse:
    """Send the mail as it would be now, and say what the server answered."""
    try:
        outcome = actions.send_sample(request.user, at=timezone.now())
    except BadInput as error:
        messages.error(request, str(error))
    else:
        if outcome.end is End.SENT:
            told = _("Sent to %(address)s.") % {"address": request.user.email}
            messages.success(request, told)
        else:
            told = _("It did not go out. The mail server says: %(said)s")
            messages.error(request, told % {"said": outcome.said or outcome.end})
    administers = request.user.may(Permission.ADMINISTER)
    return redirect("agenda:rules" if administers else "agenda:mine")


def _context(request: SignedIn, at: datetime) -> dict[str, Any]:
    person = request.user
    return {
        "feed": queries.feed_of(person),
        "form": WishForm(person=person),
        "usual": queries.usual(),
        "hour": queries.hour(),
        "why_not": queries.why_not(),
        "last": queries.last_of(person),
        "names_allowed": queries.names_allowed(),
        "at": at,
    }

"""The door, on a phone: a scanned code, a name from the list, somebody who walked in."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.salons import actions, queries
from regulars.server.salons.forms import FriendForm, WalkInForm
from regulars.server.salons.models import Guest, Salon
from regulars.server.salons.views.shared import (
    GREETERS,
    drawer,
    plainly,
    the_guest,
    the_salon,
    told,
)
from regulars.server.web.answers import undoable


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def door(request: SignedIn, public_id: str) -> HttpResponse:
    """Who is expected and who is here; a search finds everybody of the list."""
    salon, words = the_salon(request, public_id), request.GET.get("q", "")[:60]
    counts = queries.counts(salon)
    context = {
        "rows": queries.door(request.user, salon, words),
        "words": words,
        "came": counts["came"],
        "expected": counts["accepted"],
        "at": timezone.now(),
    }
    return render(request, "salons/door.html", context | told(request, salon, "day"))


@require_http_methods(["GET", "POST"])
@needs(*GREETERS)
@plainly
def scanned(request: SignedIn, token: str) -> HttpResponse:
    """The guest whose code was scanned, and one button; the code is the right to see them."""
    found, at = actions.behind(token), timezone.now()
    salon = the_salon(request, found.salon.public_id)
    _greeter(request, salon)
    problem = ""
    if request.method == "POST":
        try:
            actions.check_in(found, by=request.user, at=at)
            return redirect("salons:scanned", token=token)
        except RegularsError as error:
            problem = str(error)
    context = {"it": found, "token": token, "problem": problem, "at": at}
    status = 409 if problem else 200
    page = "salons/scanned.html"
    return render(request, page, context | told(request, salon, "day"), status=status)


@require_POST
@needs(*GREETERS)
@plainly
def check_in(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """They are here; the next page offers to take it back."""
    found = _own(request, public_id, guest_id)
    actions.check_in(found, by=request.user, at=timezone.now())
    words = _("%(guest)s is here.") % {"guest": found.customer}
    undoable(request, words, reverse("salons:check-out", args=[public_id, guest_id]))
    return _door(found.salon)


@require_POST
@needs(*GREETERS)
@plainly
def check_out(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """It was somebody else."""
    found = _own(request, public_id, guest_id)
    actions.check_out(found, by=request.user, at=timezone.now())
    return _door(found.salon)


@require_http_methods(["GET", "POST"])
@needs(*GREETERS)
def walk_in(request: SignedIn, public_id: str) -> HttpResponse:
    """Somebody without an invitation: a name, a number, their word."""
    salon = the_salon(request, public_id)
    _greeter(request, salon)
    form = WalkInForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.walk_in(salon, by=request.user, at=timezone.now(), **form.cleaned_data)
            return _gone(request, salon)
        except RegularsError as error:
            form.add_error(None, str(error))
    title = _("Somebody walked in: %(salon)s") % {"salon": salon}
    words = _("Who is known goes to their own manager; who is new comes into your book.")
    return drawer(request, form, title=title, words=words, button=_("They are here"))


@require_http_methods(["GET", "POST"])
@needs(*GREETERS)
def friend(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """A guest brought a friend who wants to be known to us."""
    found = _own(request, public_id, guest_id)
    form = FriendForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.bring_friend(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            return _gone(request, found.salon)
        except RegularsError as error:
            form.add_error(None, str(error))
    title = _("A friend of %(guest)s") % {"guest": found.customer}
    words = _("They become a guest of their own and a referral of who brought them.")
    return drawer(request, form, title=title, words=words, button=_("They are here"))


def _greeter(request: SignedIn, salon: Salon) -> None:
    may = request.user.may(Permission.RECORD_CONTACT)
    if not may and not queries.may_run(request.user, salon):
        raise PermissionDenied


def _own(request: SignedIn, public_id: str, guest_id: str) -> Guest:
    found = the_guest(request, public_id, guest_id)
    _greeter(request, found.salon)
    return found


def _door(salon: Salon) -> HttpResponse:
    return redirect("salons:door", public_id=salon.public_id)


def _gone(request: SignedIn, salon: Salon) -> HttpResponse:
    where = reverse("salons:door", args=[salon.public_id])
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)

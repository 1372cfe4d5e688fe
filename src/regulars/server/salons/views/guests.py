"""The guests of a salon: the lists behind its numbers, one guest, a file for the door."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.salons import actions, queries
from regulars.server.salons.actions import exporting
from regulars.server.salons.forms import AddForm, AnswerForm, HeardForm
from regulars.server.salons.models import Guest
from regulars.server.salons.queries.words import SHOWN
from regulars.server.salons.views.shared import (
    GREETERS,
    drawer,
    plainly,
    the_guest,
    the_salon,
    told,
)
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def guests(request: SignedIn, public_id: str) -> HttpResponse:
    """A list of guests whom the viewer sees: all, invited, accepted, came ..."""
    salon, show = the_salon(request, public_id), request.GET.get("show", "all")
    if show not in queries.SHOWS:
        raise Http404
    words = request.GET.get("q", "")[:60]
    own = queries.counts(salon, request.user)
    context = {
        "rows": queries.guests(request.user, salon, show, words),
        "show": show,
        "shows": [(key, SHOWN[key], own[key]) for key in SHOWN if own[key] or key == show],
        "words": words,
        "whole": queries.counts(salon),
        "own": own,
        "may_export": request.user.may(Permission.EXPORT),
        "at": timezone.now(),
    }
    return render(request, "salons/guests.html", context | told(request, salon, "guests"))


@require_http_methods(["GET", "POST"])
@needs(*GREETERS)
def add(request: SignedIn, public_id: str) -> HttpResponse:
    """Put a customer on the list by hand; a manager puts their own there."""
    salon, at = the_salon(request, public_id), timezone.now()
    _greeter(request, public_id)
    form = AddForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"].strip()
        who = customers.customers(request.user).filter(number=number).first()
        try:
            if who is None:
                form.add_error("number", _("No customer of yours has this number."))
            else:
                made = actions.add_guest(salon, who, by=request.user, at=at)
                if salon.opened_at:
                    actions.invite(made, by=request.user, at=at)
                return saved(request, reverse("salons:guests", args=[salon.public_id]))
        except RegularsError as error:
            form.add_error("number", str(error))
    words = _("Who is added by hand stands outside the comparison by lot.")
    title = _("Add a guest: %(salon)s") % {"salon": salon}
    return drawer(request, form, title=title, words=words, button=_("Add"))


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def guest(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """One guest: what they answered, what they said, in what they took part."""
    found = the_guest(request, public_id, guest_id)
    line = next(
        each
        for each in queries.guests(request.user, found.salon, _list_of(found))
        if each.guest.pk == found.pk
    )
    context = {
        "it": found,
        "line": line,
        "answer": AnswerForm(guest=found),
        "heard": HeardForm(guest=found),
        "answers": Guest.ANSWERS,
        "parts": list(found.salon.parts.all()),
        "link": request.build_absolute_uri(actions.link_of(found))
        if found.invited_at and found.state != Guest.State.CANCELLED
        else "",
        "at": timezone.now(),
    }
    return render(request, "salons/guest.html", context | told(request, found.salon, "guests"))


@require_POST
@needs(*GREETERS)
@plainly
def take_off(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """Take somebody off the list before the invitations begin."""
    found = _own_guest(request, public_id, guest_id)
    actions.take_off(found, by=request.user, at=timezone.now())
    return _back(request, found)


@require_POST
@needs(*GREETERS)
@plainly
def invite(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """Invite somebody who was added later."""
    found = _own_guest(request, public_id, guest_id)
    actions.invite(found, by=request.user, at=timezone.now())
    return _back(request, found)


@require_POST
@needs(*GREETERS)
@plainly
def answer(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """Write down what a guest answered by phone or in person."""
    found = _own_guest(request, public_id, guest_id)
    form = AnswerForm(request.POST, guest=found)
    if form.is_valid():
        actions.answer(found, by=request.user, at=timezone.now(), **form.told())
    return _back(request, found)


@require_POST
@needs(*GREETERS)
@plainly
def heard(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """Write down what a guest said of it."""
    found = _own_guest(request, public_id, guest_id)
    form = HeardForm(request.POST, guest=found)
    if form.is_valid():
        actions.say(found, by=request.user, at=timezone.now(), **form.told())
    return _back(request, found)


@require_POST
@needs(*GREETERS)
@plainly
def took_part(request: SignedIn, public_id: str, guest_id: str) -> HttpResponse:
    """Write down in which parts a guest took part."""
    found = _own_guest(request, public_id, guest_id)
    parts = [int(pk) for pk in request.POST.getlist("part") if pk.isdigit()]
    actions.took_part(found, parts, by=request.user, at=timezone.now())
    return _back(request, found)


@require_GET
@needs(Permission.EXPORT)
def export(request: SignedIn, public_id: str) -> HttpResponse:
    """A list of guests as a file, such as the one for the door."""
    salon, show = the_salon(request, public_id), request.GET.get("show", "accepted")
    format_ = request.GET.get("format", "xlsx")
    if show not in queries.SHOWS or format_ not in FORMATS:
        raise Http404
    name = f"guests-{salon.public_id}.{format_}"
    with tempfile.TemporaryDirectory() as scratch:
        to = Path(scratch) / name
        exporting.write(salon, show, to, format=format_, by=request.user, at=timezone.now())
        answer = HttpResponse(to.read_bytes(), content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _list_of(guest: Guest) -> str:
    return "held_out" if guest.state == Guest.State.HELD_OUT else "all"


def _greeter(request: SignedIn, public_id: str) -> None:
    """Who runs the salon, or looks after customers."""
    may = request.user.may(Permission.RECORD_CONTACT)
    if not may and not queries.may_run(request.user, the_salon(request, public_id)):
        raise PermissionDenied


def _own_guest(request: SignedIn, public_id: str, guest_id: str) -> Guest:
    _greeter(request, public_id)
    return the_guest(request, public_id, guest_id)


def _back(request: SignedIn, guest: Guest) -> HttpResponse:
    alone = reverse("salons:guest", args=[guest.salon.public_id, guest.public_id])
    return saved(request, reverse("salons:guests", args=[guest.salon.public_id]), alone=alone)

"""One alert: its facts and steps, and what can be done with it."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import BadInput
from regulars.server.alerts import actions, queries
from regulars.server.alerts.forms import CloseForm, HandForm
from regulars.server.alerts.models import Alert
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.RECORD_CONTACT)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """The alert in the drawer, or on a page of its own."""
    return _one(request, _alert(request, public_id))


@require_POST
@needs(Permission.RECORD_CONTACT)
def acknowledge(request: SignedIn, public_id: str) -> HttpResponse:
    alert = _alert(request, public_id)
    actions.acknowledge(alert, by=request.user, at=timezone.now())
    return _done(request, alert)


@require_POST
@needs(Permission.RECORD_CONTACT)
def hand_on(request: SignedIn, public_id: str) -> HttpResponse:
    """Give it to somebody else who sees the customer."""
    alert = _alert(request, public_id)
    form = HandForm(request.POST, alert=alert)
    if form.is_valid():
        try:
            actions.hand_on(alert, by=request.user, at=timezone.now(), **form.cleaned_data)
            return _done(request, alert)
        except BadInput as error:
            form.add_error("to", str(error))
    return _one(request, alert, handing=form)


@require_POST
@needs(Permission.RECORD_CONTACT)
def close(request: SignedIn, public_id: str) -> HttpResponse:
    """Write what came of it."""
    alert = _alert(request, public_id)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            actions.close(alert, by=request.user, at=timezone.now(), **form.cleaned_data)
            return _done(request, alert)
        except BadInput as error:
            form.add_error("note", str(error))
    return _one(request, alert, closing=form)


def _one(
    request: SignedIn,
    alert: Alert,
    *,
    closing: CloseForm | None = None,
    handing: HandForm | None = None,
) -> HttpResponse:
    at = timezone.now()
    (row,) = queries.shown(request.user, [alert], at)
    context = {
        "row": row,
        "alert": alert,
        "steps": queries.steps(request.user, alert),
        "closing": closing or CloseForm(),
        "handing": handing or HandForm(alert=alert),
        "opened": handing is not None,
        "is_mine": alert.holder_id == request.user.pk,
        "at": at,
        "nav": "alerts",
    }
    status = 422 if closing or handing else 200
    return render(request, "alerts/one.html", context, status=status)


def _alert(request: SignedIn, public_id: str) -> Alert:
    found = queries.alert(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def _done(request: SignedIn, alert: Alert) -> HttpResponse:
    alone = reverse("alerts:one", args=[alert.public_id])
    return saved(request, reverse("alerts:index"), alone=alone)

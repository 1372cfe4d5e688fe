"""Who is away, so that alerts go to whoever stands in."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.alerts import actions, queries
from regulars.server.alerts.forms import AwayForm
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def away(request: SignedIn) -> HttpResponse:
    """Write down that somebody is away: oneself, or somebody of one's own people."""
    at = timezone.now()
    form = AwayForm(request.POST or None, viewer=request.user, today=core.local_date(at))
    if form.is_bound and form.is_valid():
        try:
            actions.go_away(by=request.user, at=at, **form.cleaned_data)
            return saved(request, reverse("alerts:index"))
        except BadInput as error:
            form.add_error("until", str(error))
    status = 422 if form.is_bound else 200
    return render(request, "alerts/away.html", {"form": form, "nav": "alerts"}, status=status)


@require_POST
@needs(Permission.RECORD_CONTACT)
def back(request: SignedIn, absence_id: str) -> HttpResponse:
    """Somebody is there again, or will not be away after all."""
    today = core.local_date(timezone.now())
    found = queries.absences(request.user, today).filter(public_id=absence_id).first()
    if found is None:
        raise Http404
    actions.come_back(found, by=request.user, at=timezone.now())
    return saved(request, reverse("alerts:index"))

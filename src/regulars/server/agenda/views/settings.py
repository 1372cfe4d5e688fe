"""What may leave the house, and how the last mails went: the administrator's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.server.agenda import actions, queries
from regulars.server.agenda.forms import RulesForm
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def rules(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    form = RulesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.set_rules(by=request.user, at=at, **form.told())
        messages.success(request, _("Saved."))
        return redirect("agenda:rules")
    context = {
        "form": form,
        "standing": queries.standing(request.user, at),
        "nav": "agenda-rules",
        "at": at,
    }
    return render(request, "agenda/rules.html", context, status=422 if form.is_bound else 200)

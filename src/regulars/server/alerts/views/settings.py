"""How long alerts may wait: the administrator's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.server.alerts import actions
from regulars.server.alerts.forms import RulesForm
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def rules(request: SignedIn) -> HttpResponse:
    """Working hours, and the hours each kind may wait in each level of tier."""
    form = RulesForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.set_patience(by=request.user, at=timezone.now(), **form.told())
        messages.success(request, _("Saved. What waits already keeps its time."))
        return redirect("alerts:rules")
    status = 422 if form.is_bound else 200
    return render(
        request, "alerts/rules.html", {"form": form, "nav": "alert-rules"}, status=status
    )

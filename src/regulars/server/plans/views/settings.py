"""Who needs a plan, and what makes a level: the administrator's page."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.plans import actions, queries
from regulars.server.plans.forms import RulesForm


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def rules(request: SignedIn) -> HttpResponse:
    """Tiers that need a plan, days between reviews, strands that make a level."""
    form = RulesForm(
        request.POST if request.method == "POST" else None, policy=queries.policy()
    )
    if form.is_bound and form.is_valid():
        actions.set_policy(form.policy(), by=request.user, at=timezone.now())
        messages.success(request, _("Saved. Judgements of before keep their level."))
        return redirect("plans:rules")
    context = {"form": form, "nav": "plan-rules"}
    return render(request, "plans/rules.html", context, status=422 if form.is_bound else 200)

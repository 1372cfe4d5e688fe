"""Drawers of plans with partner organisations."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers.models import Customer
from regulars.server.trade import actions, queries
from regulars.server.trade.forms import PlanForm, ResultForm
from regulars.server.trade.models import JointPlan
from regulars.server.trade.views.opening import (
    back,
    drawer,
    found_or_404,
    organization,
    posted,
)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_plan(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down a plan with a partner."""
    customer = organization(request, public_id)
    at = timezone.now()
    partners = [each.customer for each in queries.partners(request.user, customer)]
    form = PlanForm(
        posted(request), customer=customer, partners=partners, viewer=request.user,
        today=core.local_date(at),
    )  # fmt: skip
    if form.is_valid():
        try:
            actions.plan_together(customer, by=request.user, at=at, **form.cleaned_data)
            return back(request, customer)
        except actions.NotPartners:  # the tie was taken away meanwhile
            form.add_error("partner", _("They are partners no more. Load the page again."))
    return drawer(request, "trade/new_plan.html", customer, form, partners=partners)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def plan(request: SignedIn, public_id: str, plan_id: str) -> HttpResponse:
    """One plan: move it on to its next step."""
    customer = organization(request, public_id)
    found = found_or_404(queries.plan(request.user, customer, plan_id))
    at = timezone.now()
    form = _form(request, found, posted(request), at=at)
    if found.closed_at is None and form.is_valid():
        actions.move_plan(found, by=request.user, at=at, **form.cleaned_data)
        return back(request, customer)
    return _drawer(request, customer, found, form, ResultForm())


@require_POST
@needs(Permission.RECORD_CONTACT)
def close_plan(request: SignedIn, public_id: str, plan_id: str) -> HttpResponse:
    """Say what came of a plan."""
    customer = organization(request, public_id)
    found = found_or_404(queries.plan(request.user, customer, plan_id))
    at = timezone.now()
    ending = ResultForm(request.POST)
    if ending.is_valid():
        result = ending.cleaned_data["result"]
        actions.close_plan(found, result=result, by=request.user, at=at)
        return back(request, customer)
    return _drawer(request, customer, found, _form(request, found, None, at=at), ending)


def _form(request: SignedIn, found: JointPlan, data: Any, *, at: datetime) -> PlanForm:
    return PlanForm(
        data, customer=found.customer, partners=(), viewer=request.user,
        today=core.local_date(at), known=found,
    )  # fmt: skip


def _drawer(
    request: SignedIn, customer: Customer, found: JointPlan, form: PlanForm, ending: ResultForm
) -> HttpResponse:
    other = found.partner if found.customer_id == customer.pk else found.customer
    return drawer(
        request, "trade/plan.html", customer, form if found.closed_at is None else None,
        plan=found, other=other, ending=ending,
    )  # fmt: skip

"""How a customer is bound, and the customer as a whole."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.plans import actions, queries
from regulars.server.plans.forms import BondForm
from regulars.server.plans.views.one import the_customer
from regulars.server.web.answers import saved


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def bond(request: SignedIn, public_id: str) -> HttpResponse:
    """Say which strands bind a customer, with what the house's facts suggest beside them."""
    customer, at = the_customer(request, public_id), timezone.now()
    view = queries.bond_view(request.user, customer, at)
    form = BondForm(request.POST if request.method == "POST" else None, kind=customer.kind)
    if form.is_bound and form.is_valid():
        told = [each.code for kind in view.kinds for each in kind.strands if each.because]
        actions.judge(customer, suggested=told, by=request.user, at=at, **form.cleaned_data)
        return saved(request, reverse("customers:page", args=[customer.public_id]))
    context = {
        "customer": customer,
        "bond": view,
        "form": form,
        "history": queries.history(request.user, customer)[:10],
        "plan": queries.current(request.user, customer),
        "nav": "plans",
    }
    return render(request, "plans/bond.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def whole(request: SignedIn, public_id: str) -> HttpResponse:
    """Identify, differentiate, interact, customise: one customer on one page."""
    customer, at = the_customer(request, public_id), timezone.now()
    context = {
        "customer": customer,
        "whole": queries.whole(request.user, customer, at),
        "may_change": request.user.may(Permission.RECORD_CONTACT),
        "at": at,
        "nav": "customers",
    }
    return render(request, "plans/whole.html", context)

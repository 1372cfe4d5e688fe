"""What the drawers of trade begin and end with."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from regulars.server.core.access import SignedIn
from regulars.server.customers.models import Customer
from regulars.server.customers.views.file import the_customer
from regulars.server.trade import rules
from regulars.server.web.answers import saved


def organization(request: SignedIn, public_id: str) -> Customer:
    """The organisation of an address; of a person there is nothing to see here."""
    customer = the_customer(request, public_id)
    if not customer.is_organization:
        raise Http404
    return customer


def found_or_404(value: Any) -> Any:  # whatever a query of one record gives
    if value is None:
        raise Http404
    return value


def posted(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def drawer(
    request: SignedIn, template: str, customer: Customer, form: Any, **more: Any
) -> HttpResponse:
    refused = request.method == "POST"
    context = {"customer": customer, "form": form, **more}
    return render(request, template, context, status=422 if refused else 200)


def back(request: SignedIn, customer: Customer) -> HttpResponse:
    return saved(request, reverse("customers:page", args=[customer.public_id]))


def days_late(invoice: Any, today: date) -> int | None:
    """Days late, or early below nothing; nothing yet for one that is open and not due."""
    if invoice.paid < invoice.amount:
        late = rules.days_late(invoice.due_on, None, on=today)
        return late if late > 0 else None
    return rules.days_late(invoice.due_on, invoice.paid_on, on=today)

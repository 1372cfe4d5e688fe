"""Drawers of invoices and their payments."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.trade import actions, queries
from regulars.server.trade.forms import InvoiceForm, PaymentForm
from regulars.server.trade.views.opening import (
    back,
    days_late,
    drawer,
    found_or_404,
    organization,
    posted,
)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_invoice(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down a bill."""
    customer = organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    held = queries.current_terms(request.user, customer, on=today)
    days = held.payment_days if held and held.payment_days is not None else 30
    form = InvoiceForm(posted(request), today=today, payment_days=days)
    if form.is_valid():
        try:
            actions.bill(customer, by=request.user, at=at, **form.cleaned_data)
            return back(request, customer)
        except actions.NumberTaken:
            form.add_error("number", _("Another invoice of this customer has that number."))
    return drawer(request, "trade/new_invoice.html", customer, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def invoice(request: SignedIn, public_id: str, invoice_id: str) -> HttpResponse:
    """One invoice, and what was paid of it."""
    customer = organization(request, public_id)
    found = found_or_404(queries.invoice(request.user, customer, invoice_id))
    at = timezone.now()
    today = core.local_date(at)
    owed = found.amount - found.paid
    form = PaymentForm(posted(request), today=today, owed=owed)
    if form.is_valid():
        given = form.cleaned_data
        try:
            actions.pay(
                found, given["amount"], given["paid_on"], today=today, by=request.user, at=at
            )
            return back(request, customer)
        except actions.BadPayment:  # somebody else wrote a payment meanwhile
            form.add_error("amount", _("Less is open by now. Load the page again."))
    return drawer(
        request, "trade/invoice.html", customer, form if owed else None,
        invoice=found, owed=owed, days=days_late(found, today),
    )  # fmt: skip


@require_POST
@needs(Permission.RECORD_CONTACT)
def remove_invoice(request: SignedIn, public_id: str, invoice_id: str) -> HttpResponse:
    """Take away an invoice that was a mistake."""
    customer = organization(request, public_id)
    found = found_or_404(queries.invoice(request.user, customer, invoice_id))
    actions.remove_invoice(found, by=request.user, at=timezone.now())
    return back(request, customer)

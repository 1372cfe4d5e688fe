"""Pages and drawers of trade with an organisation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer
from regulars.server.customers.views.file import the_customer
from regulars.server.trade import actions, bricks, queries, rules
from regulars.server.trade.forms import (
    AnswerForm,
    ContactForm,
    InvoiceForm,
    PaymentForm,
    ProfileForm,
    QuoteForm,
    TermsForm,
)
from regulars.server.trade.models import Quote

PAGE = 50
SPANS = (30, 60, 90, 180)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def due(request: SignedIn) -> HttpResponse:
    """Terms that end and invoices that are late, of everybody in the viewer's scope."""
    at = timezone.now()
    today = core.local_date(at)
    usual = queries.ending_days()
    asked = request.GET.get("days", "")
    days = n if 0 < (n := _number(asked)) <= 730 else usual
    ending = queries.ending(request.user, today, days=days)
    late = queries.overdue(request.user, today)
    context = {
        "at": at,
        "days": days,
        "spans": [(str(n), _("%(n)s days") % {"n": n}) for n in sorted({usual, *SPANS})],
        "current": str(days),
        "ending": ending,
        "late": late,
        "owed": sum((each.amount for each in late), Decimal(0)),
        "volume": sum((each.volume for each in ending), Decimal(0)),
    }
    return render(request, "trade/due.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def everything(request: SignedIn, public_id: str) -> HttpResponse:
    """All quotes, terms and payments of one organisation, and who spoke for it."""
    customer = _organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    bills = queries.bills(request.user, customer, on=today)
    offset = _number(request.GET.get("from", ""))
    invoices = list(queries.invoices(request.user, customer)[offset : offset + PAGE + 1])
    context: dict[str, Any] = {
        "customer": customer,
        "at": at,
        "today": today,
        "quotes": [
            (each, bricks.quote_state(each, today))
            for each in queries.quotes(request.user, customer)
        ],
        "terms": [
            (each, bricks.holds(each, today)) for each in queries.terms(request.user, customer)
        ],
        "invoices": [(each, _days(each, today)) for each in invoices[:PAGE]],
        "next": offset + PAGE if len(invoices) > PAGE else None,
        "paying": rules.behaviour(bills, on=today) if bills else None,
        "sticks": rules.sticks(bills, on=today),
        "contacts": queries.contacts(request.user, customer, on=today),
        "left": queries.contacts(request.user, customer, on=today, left=True),
        "may_edit": request.user.may(Permission.RECORD_CONTACT),
        "nav": "customers",
    }
    part = request.htmx and offset
    return render(request, "trade/_invoices.html" if part else "trade/all.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_contact(request: SignedIn, public_id: str) -> HttpResponse:
    """Note who speaks for an organisation."""
    customer = _organization(request, public_id)
    at = timezone.now()
    form = ContactForm(_posted(request), viewer=request.user, today=core.local_date(at))
    if form.is_bound and form.is_valid():
        actions.add_contact(customer, by=request.user, at=at, **form.cleaned_data)
        return _back(request, customer)
    return _form(request, "trade/contact.html", customer, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def contact(request: SignedIn, public_id: str, contact_id: str) -> HttpResponse:
    """Change a contact person; that the drawer shows the phone in full is written down."""
    customer = _organization(request, public_id)
    known = _found(queries.contact(request.user, customer, contact_id))
    at = timezone.now()
    form = ContactForm(
        _posted(request), viewer=request.user, today=core.local_date(at), known=known
    )
    if form.is_bound and form.is_valid():
        actions.change_contact(known.contact, by=request.user, at=at, **form.cleaned_data)
        return _back(request, customer)
    hidden = [name for name in ("phone", "email") if getattr(known.contact, name)]
    if not form.is_bound and hidden and "phone" in form.fields:
        fields = [f"contact:{known.contact.pk}:{name}" for name in hidden]
        customers.reveal(customer, fields, reason="edit", by=request.user, at=at)
    return _form(request, "trade/contact.html", customer, form, known=known.contact)


@require_POST
@needs(Permission.RECORD_CONTACT)
def remove(request: SignedIn, public_id: str, contact_id: str) -> HttpResponse:
    """Take away a contact person that was a mistake."""
    customer = _organization(request, public_id)
    known = _found(queries.contact(request.user, customer, contact_id))
    actions.remove_contact(known.contact, by=request.user, at=timezone.now())
    return _back(request, customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def profile(request: SignedIn, public_id: str) -> HttpResponse:
    """How an organisation bargains."""
    customer = _organization(request, public_id)
    known = queries.profile(request.user, customer)
    form = ProfileForm(_posted(request), customer=customer, known=known, viewer=request.user)
    if form.is_bound and form.is_valid():
        at = timezone.now()
        actions.change_profile(customer, by=request.user, at=at, **form.cleaned_data)
        return _back(request, customer)
    return _form(request, "trade/profile.html", customer, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_quote(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down an offer."""
    customer = _organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    so_far = len(queries.quotes(request.user, customer))
    form = QuoteForm(_posted(request), today=today, number=f"{today:%Y%m%d}-{so_far + 1}")
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        names = ("number", "made_on", "valid_until", "currency", "rate", "sent")
        fields = {name: given[name] for name in names}
        try:
            actions.make_quote(customer, lines=form.lines(), by=request.user, at=at, **fields)
            return _back(request, customer)
        except actions.NumberTaken:
            form.add_error("number", _("Another quote of this customer has that number."))
    return _form(request, "trade/new_quote.html", customer, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def quote(request: SignedIn, public_id: str, quote_id: str) -> HttpResponse:
    """One quote with its lines, and the customer's answer to it."""
    customer = _organization(request, public_id)
    found = _found(queries.quote(request.user, customer, quote_id))
    at = timezone.now()
    answer = request.POST.get("answer", "")
    form = AnswerForm(request.POST if answer == "no" else None)
    error = ""
    if request.method == "POST":
        try:
            if answer == "sent":
                actions.send_quote(found, by=request.user, at=at)
                return _back(request, customer)
            if answer == "yes" or (answer == "no" and form.is_valid()):
                reason = form.cleaned_data["reason"] if answer == "no" else ""
                actions.answer_quote(
                    found, answer == "yes", reason=reason, by=request.user, at=at
                )
                return _back(request, customer)
        except actions.AlreadyAnswered:
            error = _("Somebody has answered this quote already.")
    today = core.local_date(at)
    return _form(
        request, "trade/quote.html", customer, form,
        quote=found, state=bricks.quote_state(found, today), error=error,
        waits=found.state not in (Quote.State.ACCEPTED, Quote.State.REFUSED),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_terms(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down what was agreed, from a quote or without one."""
    customer = _organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    asked = request.POST.get("quote") or request.GET.get("quote", "")
    of = _found(queries.quote(request.user, customer, asked)) if asked else None
    before = queries.current_terms(request.user, customer, on=today)
    form = TermsForm(_posted(request), shown=_renewed(before, today))
    if form.is_bound and form.is_valid():
        try:
            actions.agree(customer, quote=of, by=request.user, at=at, **form.cleaned_data)
            return _back(request, customer)
        except actions.BadTerms:
            form.add_error(None, _bad_terms(form, before))
    return _form(request, "trade/terms.html", customer, form, quote=of, before=before)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_invoice(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down a bill."""
    customer = _organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    held = queries.current_terms(request.user, customer, on=today)
    days = held.payment_days if held and held.payment_days is not None else 30
    form = InvoiceForm(_posted(request), today=today, payment_days=days)
    if form.is_bound and form.is_valid():
        try:
            actions.bill(customer, by=request.user, at=at, **form.cleaned_data)
            return _back(request, customer)
        except actions.NumberTaken:
            form.add_error("number", _("Another invoice of this customer has that number."))
    return _form(request, "trade/new_invoice.html", customer, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def invoice(request: SignedIn, public_id: str, invoice_id: str) -> HttpResponse:
    """One invoice, and what was paid of it."""
    customer = _organization(request, public_id)
    found = _found(queries.invoice(request.user, customer, invoice_id))
    at = timezone.now()
    today = core.local_date(at)
    owed = found.amount - found.paid
    form = PaymentForm(_posted(request), today=today, owed=owed)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            actions.pay(
                found, given["amount"], given["paid_on"], today=today, by=request.user, at=at
            )
            return _back(request, customer)
        except actions.BadPayment:  # somebody else wrote a payment meanwhile
            form.add_error("amount", _("Less is open by now. Load the page again."))
    return _form(
        request, "trade/invoice.html", customer, form,
        invoice=found, owed=owed, days=_days(found, today),
    )  # fmt: skip


@require_POST
@needs(Permission.RECORD_CONTACT)
def remove_invoice(request: SignedIn, public_id: str, invoice_id: str) -> HttpResponse:
    """Take away an invoice that was a mistake."""
    customer = _organization(request, public_id)
    found = _found(queries.invoice(request.user, customer, invoice_id))
    actions.remove_invoice(found, by=request.user, at=timezone.now())
    return _back(request, customer)


def _organization(request: SignedIn, public_id: str) -> Customer:
    """The organisation of an address; of a person there is nothing to see here."""
    customer = the_customer(request, public_id)
    if not customer.is_organization:
        raise Http404
    return customer


def _found(value: Any) -> Any:  # whatever a query of one record gives
    if value is None:
        raise Http404
    return value


def _number(asked: str) -> int:
    """A number out of an address; 0 for what is none, or beyond all bounds."""
    return int(asked) if asked.isdecimal() and len(asked) < 8 else 0


def _posted(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def _form(
    request: SignedIn, template: str, customer: Customer, form: Any, **more: Any
) -> HttpResponse:
    refused = request.method == "POST"
    context = {"customer": customer, "form": form, **more}
    return render(request, template, context, status=422 if refused else 200)


def _back(request: SignedIn, customer: Customer) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return redirect("customers:page", public_id=customer.public_id)


def _days(invoice: Any, today: date) -> int | None:
    """Days late, or early below nothing; nothing yet for one that is open and not due."""
    if invoice.paid < invoice.amount:
        late = rules.days_late(invoice.due_on, None, on=today)
        return late if late > 0 else None
    return rules.days_late(invoice.due_on, invoice.paid_on, on=today)


def _renewed(before: Any, today: date) -> dict[str, Any]:
    """New terms begin as the old ones went, which somebody then changes."""
    if before is None:
        return {"starts_on": today}
    names = ("discount", "payment_days", "credit_limit", "price_list", "delivery")
    return {"starts_on": today, **{name: getattr(before, name) for name in names}}


def _bad_terms(form: TermsForm, before: Any) -> str:
    if before is not None and form.cleaned_data["starts_on"] <= before.starts_on:
        return _("Terms from %(day)s are on file. New ones begin after that day.") % {
            "day": before.starts_on
        }
    return _(
        "Terms need a discount, a price list, a credit limit, days to pay or a delivery, and "
        "begin after all that are on file."
    )

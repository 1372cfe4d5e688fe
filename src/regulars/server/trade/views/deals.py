"""Drawers of quotes and terms."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.trade import actions, bricks, queries
from regulars.server.trade.forms import AnswerForm, QuoteForm, TermsForm
from regulars.server.trade.models import Quote
from regulars.server.trade.views.opening import (
    back,
    drawer,
    found_or_404,
    organization,
    posted,
)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_quote(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down an offer."""
    customer = organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    so_far = len(queries.quotes(request.user, customer))
    form = QuoteForm(posted(request), today=today, number=f"{today:%Y%m%d}-{so_far + 1}")
    if form.is_valid():
        given = form.cleaned_data
        names = ("number", "made_on", "valid_until", "currency", "rate", "sent")
        fields = {name: given[name] for name in names}
        try:
            actions.make_quote(customer, lines=form.lines(), by=request.user, at=at, **fields)
            return back(request, customer)
        except actions.NumberTaken:
            form.add_error("number", _("Another quote of this customer has that number."))
    return drawer(request, "trade/new_quote.html", customer, form)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def quote(request: SignedIn, public_id: str, quote_id: str) -> HttpResponse:
    """One quote with its lines, and the customer's answer to it."""
    customer = organization(request, public_id)
    found = found_or_404(queries.quote(request.user, customer, quote_id))
    at = timezone.now()
    answer = request.POST.get("answer", "")
    form = AnswerForm(request.POST if answer == "no" else None)
    error = ""
    if request.method == "POST":
        try:
            if answer == "sent":
                actions.send_quote(found, by=request.user, at=at)
                return back(request, customer)
            if answer == "yes" or (answer == "no" and form.is_valid()):
                reason = form.cleaned_data["reason"] if answer == "no" else ""
                actions.answer_quote(
                    found, answer == "yes", reason=reason, by=request.user, at=at
                )
                return back(request, customer)
        except actions.AlreadyAnswered:
            error = _("Somebody has answered this quote already.")
    today = core.local_date(at)
    return drawer(
        request, "trade/quote.html", customer, form,
        quote=found, state=bricks.quote_state(found, today), error=error,
        waits=found.state not in (Quote.State.ACCEPTED, Quote.State.REFUSED),
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_terms(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down what was agreed, from a quote or without one."""
    customer = organization(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    asked = request.POST.get("quote") or request.GET.get("quote", "")
    of = found_or_404(queries.quote(request.user, customer, asked)) if asked else None
    before = queries.current_terms(request.user, customer, on=today)
    form = TermsForm(posted(request), shown=_renewed(before, today))
    if form.is_valid():
        try:
            actions.agree(customer, quote=of, by=request.user, at=at, **form.cleaned_data)
            return back(request, customer)
        except actions.BadTerms:
            form.add_error(None, _bad_terms(form, before))
    return drawer(request, "trade/terms.html", customer, form, quote=of, before=before)


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

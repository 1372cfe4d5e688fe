"""All about one customer's risk, and the answers to a suggestion."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from regulars.base.periods import add_months
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.scoring import actions, bricks, queries
from regulars.server.scoring.forms import NotNowForm, TakeBackForm

DEEPEST = 10_000  # nobody scrolls further


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def risk(request: SignedIn, public_id: str) -> HttpResponse:
    """The whole account of a probability: its sum, how often it came true, how it was made."""
    customer = _customer(request, public_id)
    context = bricks.account(request.user, customer, timezone.now())
    return render(request, "scoring/risk.html", {"customer": customer, **context})


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def need(request: SignedIn, public_id: str, code: str) -> HttpResponse:
    """The rows behind a need: the customer's own, and the customers who speak for it."""
    customer, asked = _customer(request, public_id), request.GET
    text = asked.get("offset", "")
    begin = min(int(text[:9]), DEEPEST) if text.isascii() and text.isdigit() else 0
    only_took = asked.get("took") == "1"
    found = bricks.proof(
        request.user, customer, timezone.now(), code,
        product=asked.get("product", "")[:60], only_took=only_took, offset=begin,
    )  # fmt: skip
    if found is None:
        raise Http404
    behind, shown = found.behind, begin + (len(found.behind.page) if found.behind else 0)
    listed = (behind.seen_took if only_took else behind.seen) if behind else 0
    context = {
        "customer": customer,
        "need": found.need,
        "proof": found,
        "only_took": only_took,
        "next": shown if shown < (listed or 0) and shown < DEEPEST else None,
    }
    return render(request, f"scoring/{'_behind' if begin else 'need'}.html", context)


@require_POST
@needs(Permission.RECORD_CONTACT)
def not_now(request: SignedIn, public_id: str) -> HttpResponse:
    """Remember that a product is not wanted for some months."""
    customer, at = _customer(request, public_id), timezone.now()
    offered = {each.product_code for each in queries.suggestions(request.user, customer)}
    form = NotNowForm(request.POST, offered=offered)
    if not form.is_valid():
        problem = next(iter(form.errors.values()))[0]
        return _offers(request, customer, problem=problem, status=422)
    given = form.cleaned_data
    until = add_months(core.local_date(at), given["months"])
    actions.decline(customer, given["product"], until=until, by=request.user, at=at)
    return _offers(request, customer, answered=given["product"])


@require_POST
@needs(Permission.RECORD_CONTACT)
def take_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Let a product be suggested again; what was taken back already stays so."""
    customer, at = _customer(request, public_id), timezone.now()
    form = TakeBackForm(request.POST)
    if form.is_valid():
        said = queries.declined(request.user, customer, on=core.local_date(at))
        for each in said.filter(product_code=form.cleaned_data["product"]):
            actions.take_back(each, by=request.user, at=at)
    return _offers(request, customer)


def _offers(
    request: SignedIn, customer: Customer, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The card again; without JavaScript the page it stands on."""
    if not request.htmx and status == 200:
        page = reverse("customers:page", args=[customer.public_id])
        return redirect(f"{page}#offers")
    context = bricks.offers(request.user, customer, timezone.now()) or {}
    context |= {"subject": customer, **more}
    whole = "scoring/_offers.html" if request.htmx else "scoring/offers.html"
    return render(request, whole, context, status=status)


def _customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.one(request.user, public_id)
    if found is None:
        raise Http404
    return found

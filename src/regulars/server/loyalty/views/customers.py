"""One member: the statement, on paper and as a file; joining, leaving, points by hand."""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.files import FORMATS
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.forms import LeaveForm, WishForm
from regulars.server.loyalty.models import Currency, Wish
from regulars.server.web.answers import saved

CURRENCIES = Currency.values


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def statement(request: SignedIn, public_id: str) -> HttpResponse:
    """Everything that moved a member's points in some days."""
    customer, at = _customer(request, public_id), timezone.now()
    found = _statement(request, customer)
    context = {
        "subject": customer,
        "it": found,
        "view": queries.view(request.user, customer, at),
        "currencies": Currency.choices,
        "may_act": request.user.may(Permission.RECORD_CONTACT),
        "at": at,
        "nav": "loyalty",
    }
    return render(request, "loyalty/statement.html", context)


@require_POST
@needs(Permission.RECORD_CONTACT, Permission.EXPORT)
def file(request: SignedIn, public_id: str) -> HttpResponse:
    """The same as a table; it leaves the house, so the trail says who took it."""
    customer = _customer(request, public_id)
    format_ = request.POST.get("format", "csv")
    format_ = format_ if format_ in {"csv", "xlsx"} else "csv"
    found = _statement(request, customer)
    head = [
        _("Day"),
        pgettext("points", "What"),
        pgettext("points", "For what"),
        _("Points"),
        _("Pending"),
        pgettext("points", "Owed"),
        _("Balance"),
    ]
    rows = [
        (line.day, line.words, line.about, line.points, line.pending, line.owed, line.balance)
        for line in found.lines
    ]  # fmt: skip
    audit.record(
        "loyalty.statement_taken", customer, by=request.user, at=timezone.now(), rows=len(rows)
    )
    name = f"points-{customer.number}-{found.first}-{found.last}.{format_}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"statement.{format_}"
        FORMATS[format_](path, head, iter(rows))
        answer: Any = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    return answer  # type: ignore[no-any-return]  # an open file outlives its name


@require_POST
@needs(Permission.RECORD_CONTACT)
def join(request: SignedIn, public_id: str) -> HttpResponse:
    """Make the customer a member."""
    customer = _customer(request, public_id)
    made = actions.join(customer, by=request.user, at=timezone.now())
    messages.success(
        request, _("Welcome to the programme: number %(number)s.") % {"number": made.number}
    )
    return saved(request, reverse("customers:page", args=[customer.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_CONTACT)
def leave(request: SignedIn, public_id: str) -> HttpResponse:
    """End a membership."""
    customer = _customer(request, public_id)
    member = queries.member(request.user, customer)
    if member is None:
        raise Http404
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        waits = actions.ask_to_leave(member, reason=reason, by=request.user, at=timezone.now())
        if waits is not None:
            messages.info(request, _("So many points wait for a second person's word."))
        return saved(request, reverse("customers:page", args=[customer.public_id]))
    context = {
        "form": form,
        "title": _("Leave the programme"),
        "words": _("What is left of the points is lost with it, and cannot be brought back."),
        "button": _("They leave"),
        "nav": "loyalty",
    }
    return render(request, "loyalty/form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.RECORD_CONTACT)
def move(request: SignedIn, public_id: str) -> HttpResponse:
    """Redeem, credit or take points away by hand, with a reason."""
    customer = _customer(request, public_id)
    view = queries.view(request.user, customer, timezone.now())
    programme = queries.programme()
    if view is None or programme is None:
        raise Http404
    form = WishForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            made = _wished(request, customer, form.cleaned_data)
        except (BadInput, Refused) as error:
            form.add_error("points", str(error))
        else:
            if made.state == Wish.State.WAITING:
                messages.info(request, _("So many points wait for a second person's word."))
            return saved(request, reverse("customers:page", args=[customer.public_id]))
    context = {
        "form": form,
        "title": _("Redeem or adjust points"),
        "view": view,
        "limit": programme.approval_from,
        "button": _("Move the points"),
        "nav": "loyalty",
    }
    return render(request, "loyalty/form.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.RECORD_CONTACT)
def told(request: SignedIn, public_id: str) -> HttpResponse:
    """Note that the customer was told what ends on a day."""
    customer = _customer(request, public_id)
    try:
        on = date.fromisoformat(request.POST.get("on", ""))
    except ValueError:
        on = None
    try:
        actions.tell_by_hand(customer, on, by=request.user, at=timezone.now())
    except BadInput as error:
        messages.error(request, str(error))
    return saved(request, reverse("customers:page", args=[customer.public_id]))


@require_POST
@needs(Permission.RECORD_CONTACT)
def give_back(request: SignedIn, public_id: str, movement: str) -> HttpResponse:
    """Give back what was redeemed, all that is left of it."""
    customer = _customer(request, public_id)
    found = queries.movement(request.user, movement, of=customer)
    if found is None:
        raise Http404
    key = f"page:back:{found.public_id}"
    actions.give_back_alone(found, key=key, by=request.user, at=timezone.now())
    return saved(request, reverse("loyalty:statement", args=[customer.public_id]))


def _wished(request: SignedIn, customer: Customer, given: dict[str, Any]) -> Wish:
    return actions.ask(
        customer,
        given["kind"],
        points_=given["points"],
        reason=given["reason"],
        key=f"page:{request.user.pk}:{given['once']}",
        by=request.user,
        at=timezone.now(),
    )


def _statement(request: SignedIn, customer: Customer) -> queries.Statement:
    asked = request.POST if request.method == "POST" else request.GET
    today = core.local_date(timezone.now())
    first, last = queries.span_of(today, asked.get("from", ""), asked.get("to", ""))
    currency = asked.get("currency", "")
    currency = currency if currency in CURRENCIES else CURRENCIES[0]
    found = queries.statement(request.user, customer, first, last, currency=currency)
    if found is None:
        raise Http404
    return found


def _customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found

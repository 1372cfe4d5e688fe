"""Today, its results, the contact form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions, queries
from regulars.server.care.forms import ContactForm, SnoozeForm
from regulars.server.care.models import Card
from regulars.server.channels import queries as channels
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.web.answers import saved
from regulars.server.web.asked import number

CHOICES = 8


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def today(request: SignedIn) -> HttpResponse:
    """The list of the day; `?book=` opens that of a colleague in one's own scope."""
    at = timezone.now()
    book, offset = request.GET.get("book", ""), number(request, "after")
    found = queries.today(
        request.user, at, book=book, show=request.GET.get("show", ""), offset=offset
    )
    if book and (found is None or found.book is None):
        raise Http404
    context = {"page": found, "at": at, "nav": "today", **_card_context(request, book)}
    if found is not None:
        shown = sum(len(group.cards) for group in found.groups)
        context["more"] = offset + shown if shown == queries.PAGE else 0
    if request.htmx and offset:
        return render(request, "care/_groups.html", context)
    return render(request, "care/today.html", context)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def rest(request: SignedIn) -> HttpResponse:
    """What is beyond the day, 50 cards at a time."""
    at, book, offset = timezone.now(), request.GET.get("book", ""), number(request, "after")
    cards, more = queries.rest(request.user, at, book=book, offset=offset)
    context = {
        "cards": cards,
        "more": offset + len(cards) if more else 0,
        "at": at,
        "nav": "today",
        **_card_context(request, book),
    }
    template = "care/_rest.html" if request.htmx else "care/rest.html"
    return render(request, template, context)


@require_GET
@needs(Permission.SEE_TODAY, Permission.SEE_TEAM)
def ahead(request: SignedIn) -> HttpResponse:
    at = timezone.now()
    book = request.GET.get("book", "")
    context = {"ahead": queries.ahead(request.user, at, book=book), "at": at, "nav": "today"}
    template = "care/_ahead.html" if request.htmx else "care/ahead.html"
    return render(request, template, context)


@require_POST
@needs(Permission.RECORD_CONTACT)
def outcome(request: SignedIn, public_id: str) -> HttpResponse:
    """The second click: what came of it, and what follows."""
    card, at = _card(request, public_id), timezone.now()
    try:
        actions.record_outcome(
            card,
            outcome=request.POST.get("outcome", ""),
            step=request.POST.get("step", ""),
            channel=request.POST.get("channel", "") or "call",
            by=request.user,
            at=at,
        )
    except (Refused, BadInput) as error:
        return _refused(request, card, error)
    return _done(request, card)


@require_POST
@needs(Permission.RECORD_CONTACT)
def snooze(request: SignedIn, public_id: str) -> HttpResponse:
    card, at = _card(request, public_id), timezone.now()
    form = SnoozeForm(request.POST)
    try:
        if not form.is_valid():
            raise BadInput(_("Choose a day and a reason; nothing was put off."))
        actions.snooze(
            card,
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=at,
        )
    except (Refused, BadInput) as error:
        return _refused(request, card, error)
    return _done(request, card)


@require_POST
@needs(Permission.RECORD_CONTACT)
def undo(request: SignedIn, public_id: str) -> HttpResponse:
    card, at = _card(request, public_id), timezone.now()
    try:
        card = actions.undo(card, by=request.user, at=at)
    except (Refused, BadInput) as error:
        return _refused(request, card, error)
    if not request.htmx:
        return redirect("care:today")
    book = request.POST.get("book", "")
    view = queries.card_view(request.user, card, at)
    return render(
        request, "care/_undone.html", {"view": view, **_swapped(request, book), "focus": True}
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def contact(request: SignedIn) -> HttpResponse:
    """Record a contact, in the drawer or on a page of its own."""
    at = timezone.now()
    today_ = core.local_date(at)
    chosen = request.POST.get("customer") or request.GET.get("customer", "")
    customer = _customer(request, chosen) if chosen else None
    form = ContactForm(
        request.POST or None,
        today=today_,
        initial={
            "channel": "call",
            "outcome": "reached",
            "once": uuid4().hex,
            "key_concern": customer.key_concern if customer else "",
            "service": customer is not None and queries.is_service(request.user, customer),
        },
    )
    if request.method == "POST" and customer is not None and form.is_valid():
        actions.record_contact(customer, by=request.user, at=at, **form.cleaned_data)
        return _recorded(request, customer)
    context: dict[str, Any] = {"form": form, "customer": customer, "at": at}
    if customer is not None:
        context["tasks"] = queries.open_tasks(request.user, customer, at)
        context["said"] = channels.last_words(request.user, [customer.pk]).get(customer.pk)
    else:
        context["found"] = _found(request)
        context["q"] = request.GET.get("q", "")
    return render(request, "care/contact.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(Permission.RECORD_CONTACT)
def find(request: SignedIn) -> HttpResponse:
    """Customers for the contact form, as they are typed."""
    context = {"found": _found(request), "q": request.GET.get("q", "")}
    return render(request, "care/_found.html", context)


def _card(request: SignedIn, public_id: str) -> Card:
    found = queries.card(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def _customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.customers(request.user).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found


def _found(request: SignedIn) -> list[Customer]:
    text = request.GET.get("q", "").strip()
    if not text:
        return []
    ids = customers.find(request.user, text, most=CHOICES)
    return list(customers.customers(request.user).filter(pk__in=ids).order_by("name", "pk"))


def _card_context(request: SignedIn, book: str) -> dict[str, Any]:
    at = timezone.now()
    today_ = core.local_date(at)
    work = core.work_calendar()
    return {
        "steps": queries.steps(),
        "reasons": Card.SnoozeReason.choices,
        "may_record": request.user.may(Permission.RECORD_CONTACT),
        "book_code": book,
        "tomorrow": work.add_workdays(today_, 1),
        "farthest": today_ + timedelta(days=365),
    }


def _swapped(request: SignedIn, book: str) -> dict[str, Any]:
    """What every result brings along: the day's figures, to be swapped in beside it."""
    at = timezone.now()
    figures = queries.figures_of(request.user, at, book=book)
    return {"figures": figures, "at": at, **_card_context(request, book)}


def _done(request: SignedIn, card: Card) -> HttpResponse:
    if not request.htmx:
        return redirect("care:today")
    book = request.POST.get("book", "")
    context = queries.done_view(card, timezone.now()) | _swapped(request, book)
    return render(request, "care/_done.html", context)


def _refused(request: SignedIn, card: Card, error: Exception) -> HttpResponse:
    """Say what happened where the card stood; 409 for a rule, 422 for what was typed."""
    status = 409 if isinstance(error, Refused) else 422
    view = None
    if isinstance(error, BadInput):
        view = queries.card_view(request.user, card, timezone.now())
    context = {"error": error, "card": card, "view": view, "focus": True}
    if request.htmx:
        context |= _swapped(request, request.POST.get("book", ""))
        return render(request, "care/_refused.html", context, status=status)
    return render(request, "care/refused.html", context | {"nav": "today"}, status=status)


def _recorded(request: SignedIn, customer: Customer) -> HttpResponse:
    return saved(request, reverse("customers:page", args=[customer.public_id]))

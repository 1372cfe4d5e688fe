"""Today and its results."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions, queries
from regulars.server.care.forms import PromiseLine, SnoozeForm
from regulars.server.care.models import Card
from regulars.server.channels import rules as channel_rules
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.promises import queries as promises
from regulars.server.web.asked import number, waited


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
    if not offset:
        named = found.book if found else None
        context["visits"] = queries.visits_of_day(
            request.user, at, book=named if book else None
        )
        context["keeps_position"] = bool(context["visits"]) and actions.keeps_position()
    if found is not None:
        shown = sum(len(group.cards) for group in found.groups)
        context["more"] = offset + shown if shown == found.size else 0
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
            said_at=at - waited(request),
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
def promise(request: SignedIn, public_id: str) -> HttpResponse:
    """What was promised in the contact just recorded: what, and until when."""
    card, at = _card(request, public_id), timezone.now()
    form = PromiseLine(request.POST, at=at)
    context: dict[str, Any] = {"card": card, "form": form}
    if form.is_valid() and (told := form.promised()):
        context["made"] = actions.promise_on(card, by=request.user, at=at, **told)
        if not request.htmx:
            return redirect("care:today")
    status = 200 if "made" in context else 422
    return render(request, "care/_promise.html", context, status=status)


@require_POST
@needs(Permission.RECORD_CONTACT)
def undo(request: SignedIn, public_id: str) -> HttpResponse:
    card, at = _card(request, public_id), timezone.now()
    touch = card.touch
    try:
        card = actions.undo(card, by=request.user, at=at)
    except (Refused, BadInput) as error:
        return _refused(request, card, error)
    if not request.htmx:
        return redirect("care:today")
    book = request.POST.get("book", "")
    view = queries.card_view(request.user, card, at)
    told = promises.of_contact(request.user, touch) if touch else []
    context = {"view": view, "promises": told, "focus": True}
    return render(request, "care/_undone.html", context | _swapped(request, book))


def _card(request: SignedIn, public_id: str) -> Card:
    found = queries.card(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


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
    at = timezone.now()
    context = queries.done_view(card, at) | _swapped(request, book)
    if channel_rules.is_two_way(card.outcome):
        context["form"] = PromiseLine(at=at)
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

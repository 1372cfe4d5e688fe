"""Life events: noted in the drawer, in less than a minute."""

from __future__ import annotations

from datetime import date

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, queries
from regulars.server.customers.forms import LifeEventForm, evidence_words, hint_words
from regulars.server.customers.models import Customer, LifeEvent
from regulars.server.customers.rules import Hint
from regulars.server.customers.views.file import back_to, the_customer

SHOWN = ("kind", "happens_on", "note", "action", "due_on", "product_code", "owner")


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def note_life(request: SignedIn, public_id: str) -> HttpResponse:
    """Note an event; one that the file let us expect says from what it was inferred."""
    customer = the_customer(request, public_id)
    at = timezone.now()
    today = core.local_date(at)
    hint = _hint(request, customer, today)
    form = LifeEventForm(
        request.POST if request.method == "POST" else None,
        customer=customer,
        today=today,
        shown={"kind": hint.kind, "happens_on": hint.on} if hint else {"happens_on": today},
    )
    if form.is_valid():
        evidence = hint.evidence if hint and hint.kind == form.cleaned_data["kind"] else ""
        actions.note_event(
            customer, evidence=evidence, by=request.user, at=at, **form.cleaned_data
        )
        return back_to(request, customer)
    context = {
        "customer": customer,
        "form": form,
        "hint": hint.evidence if hint else "",
        "inferred": hint_words(hint) if hint else "",
    }
    return render(request, "customers/life.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def life(request: SignedIn, public_id: str, event_id: str) -> HttpResponse:
    """Change an event, or what is to be done about it."""
    customer, event = _event(request, public_id, event_id)
    at = timezone.now()
    form = LifeEventForm(
        request.POST if request.method == "POST" else None,
        customer=customer,
        today=core.local_date(at),
        shown={name: getattr(event, name) for name in SHOWN},
    )
    if form.is_valid():
        actions.change_event(event, by=request.user, at=at, **form.cleaned_data)
        return back_to(request, customer)
    context = {
        "customer": customer,
        "form": form,
        "event": event,
        "inferred": evidence_words(event) if event.evidence else "",
    }
    return render(request, "customers/life.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.RECORD_CONTACT)
def life_done(request: SignedIn, public_id: str, event_id: str) -> HttpResponse:
    """The next action is done."""
    customer, event = _event(request, public_id, event_id)
    actions.finish_events([event.pk], by=request.user, at=timezone.now())
    return back_to(request, customer)


@require_POST
@needs(Permission.RECORD_CONTACT)
def remove_life(request: SignedIn, public_id: str, event_id: str) -> HttpResponse:
    """Take away an event that was a mistake."""
    customer, event = _event(request, public_id, event_id)
    actions.remove_event(event, by=request.user, at=timezone.now())
    return back_to(request, customer)


def _hint(request: SignedIn, customer: Customer, today: date) -> Hint | None:
    """The hint that the drawer was opened from, if the file gives it still."""
    asked = request.POST.get("hint") or request.GET.get("hint", "")
    known = queries.life_events(request.user, customer)
    found = queries.hints(customer, known, today=today)
    return next((hint for hint in found if hint.evidence == asked), None)


def _event(request: SignedIn, public_id: str, event_id: str) -> tuple[Customer, LifeEvent]:
    customer = the_customer(request, public_id)
    event = queries.life_event(request.user, customer, event_id)
    if event is None:
        raise Http404
    return customer, event

"""Visits: planned, arrived at, called off."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.care import actions, queries
from regulars.server.care.forms import CheckInForm, VisitForm
from regulars.server.care.models import Visit
from regulars.server.care.views.contacts import customer_of, recorded, topic_of
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def plan_visit(request: SignedIn) -> HttpResponse:
    """Plan a visit to a customer, in the drawer or on a page of its own."""
    at = timezone.now()
    customer = customer_of(
        request, request.POST.get("customer") or request.GET.get("customer", "")
    )
    tasks = queries.open_tasks(request.user, customer, at)
    initial = {"topic": topic_of(tasks) or "contact", "once": uuid4().hex}
    form = VisitForm(
        request.POST or None,
        today=core.local_date(at),
        people=queries.companions(request.user, customer),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        actions.plan_visit(
            customer, person=request.user, by=request.user, at=at, **form.cleaned_data
        )
        return recorded(request, customer)
    context = {"form": form, "customer": customer, "at": at, "tasks": tasks}
    return render(request, "care/visit.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.RECORD_CONTACT)
def check_in(request: SignedIn, public_id: str) -> HttpResponse:
    """Somebody is there; the answer is the visit as it stands on the list."""
    found, at = _visit(request, public_id), timezone.now()
    try:
        found = actions.check_in(
            found, by=request.user, at=at, **CheckInForm(request.POST).told()
        )
    except (Refused, BadInput) as error:
        return _no_visit(request, found, error)
    if not request.htmx:
        return redirect("care:today")
    return render(request, "care/_visit.html", {"visit": found, **_visit_context(request, at)})


@require_POST
@needs(Permission.RECORD_CONTACT)
def cancel_visit(request: SignedIn, public_id: str) -> HttpResponse:
    """Call a visit off, with the reason."""
    found, at = _visit(request, public_id), timezone.now()
    try:
        actions.cancel_visit(
            found, reason=request.POST.get("reason", ""), by=request.user, at=at
        )
    except (Refused, BadInput) as error:
        return _no_visit(request, found, error)
    if not request.htmx:
        return redirect("care:today")
    return HttpResponse("")


def _visit(request: SignedIn, public_id: str) -> Visit:
    found = queries.visit(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _visit_context(request: SignedIn, at: datetime) -> dict[str, Any]:
    return {
        "at": at,
        "may_record": request.user.may(Permission.RECORD_CONTACT),
        "keeps_position": actions.keeps_position(),
    }


def _no_visit(request: SignedIn, visit: Visit, error: Exception) -> HttpResponse:
    status = 409 if isinstance(error, Refused) else 422
    context = {"error": error, "nav": "today", "customer": visit.customer}
    return render(request, "care/refused.html", context, status=status)

"""Customers who cost more than they bring: the list, proposals, and their review."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.standards import actions, queries
from regulars.server.standards.forms.steering import ProposeForm, ReviewForm
from regulars.server.standards.models import Steering
from regulars.server.standards.rules import BadTerm
from regulars.server.standards.views.pages import frame
from regulars.server.web.answers import saved

PAGE = 30


@require_GET
@needs(Permission.STEER, Permission.ADOPT_STANDARDS)
def negative(request: SignedIn) -> HttpResponse:
    """Who costs more than they bring, what waits for review, what holds."""
    today, viewer = core.local_date(timezone.now()), request.user
    offset = _offset(request)
    found = queries.negatives(viewer, day=today, offset=offset, most=PAGE + 1)
    context = {
        "part": "negative",
        "held": queries.in_force(today),
        "found": found,
        "rows": found.rows[:PAGE],
        "next": len(found.rows) > PAGE,
        "further": f"{request.path}?from={offset + PAGE}",
        "may_propose": viewer.may(Permission.STEER),
        "today": today,
        **frame(request),
    }
    if request.htmx and offset:
        return render(request, "standards/_negative_rows.html", context)
    if viewer.may(Permission.ADOPT_STANDARDS):
        context["to_review"] = queries.to_review(viewer)
    context |= {
        "own": queries.own_proposals(viewer),
        "holding": list(queries.holding(viewer, day=today)[:PAGE]),
    }
    return render(request, "standards/negative.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.STEER)
def propose(request: SignedIn, public_id: str) -> HttpResponse:
    """Propose self-service for one customer until a day."""
    customer = customers.one(request.user, public_id)
    if customer is None:
        raise Http404
    at = timezone.now()
    today = core.local_date(at)
    data = request.POST if request.method == "POST" else None
    form, problem = ProposeForm(data, today=today), ""
    if form.is_bound and form.is_valid():
        try:
            actions.propose(customer, by=request.user, at=at, **form.cleaned_data)
            messages.success(
                request, _("Proposed. Nothing changes until somebody else agrees.")
            )
            return saved(request, reverse("standards:negative"))
        except actions.AlreadyProposed:
            problem = _("Something was proposed for this customer already. Look at that.")
        except actions.NoGround:
            problem = _(
                "The current scores do not say that this customer costs more than they "
                "bring, so nothing is proposed."
            )
    context = {
        "form": form,
        "customer": customer,
        "ground": queries.ground(request.user, customer),
        "waiting": queries.steering_of(request.user, customer, day=today),
        "problem": problem,
    }
    status = 422 if form.is_bound else 200
    return render(request, "standards/propose.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.STEER, Permission.ADOPT_STANDARDS)
def steering(request: SignedIn, steering_id: str) -> HttpResponse:
    """One proposal: its ground and reason; a second person agrees or refuses."""
    found = _the_steering(request, steering_id)
    may_review = request.user.may(Permission.ADOPT_STANDARDS) and (
        found.state == Steering.State.PROPOSED and found.proposed_by_id != request.user.pk
    )
    form, problem = ReviewForm(request.POST if request.method == "POST" else None), ""
    if form.is_bound and may_review and form.is_valid():
        agreed = request.POST.get("decision") == "agree"
        try:
            actions.review(
                found, agreed=agreed, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return saved(request, reverse("standards:negative"))
        except BadTerm:
            problem = _("Its day has come meanwhile. It can only be refused and proposed anew.")
        except RegularsError:
            problem = _("Somebody was quicker. Reload the page to see what they did.")
    context = {
        "form": form if may_review else None,
        "steering": found,
        "problem": problem,
        "now": queries.ground(request.user, found.customer),
        "may_review": may_review,
        "may_withdraw": found.state == Steering.State.PROPOSED
        and found.proposed_by_id == request.user.pk,
        "may_end": found.holds(core.local_date(timezone.now())),
    }
    refused = request.method == "POST"
    return render(request, "standards/steering.html", context, status=422 if refused else 200)


@require_POST
@needs(Permission.STEER, Permission.ADOPT_STANDARDS)
def withdraw(request: SignedIn, steering_id: str) -> HttpResponse:
    """Take one's own proposal back."""
    found = _the_steering(request, steering_id)
    if found.proposed_by_id != request.user.pk:
        raise Http404
    return _tried(request, lambda at: actions.withdraw(found, by=request.user, at=at))


@require_POST
@needs(Permission.STEER, Permission.ADOPT_STANDARDS)
def end(request: SignedIn, steering_id: str) -> HttpResponse:
    """Give the customer the standard of their tier back at once."""
    found = _the_steering(request, steering_id)
    return _tried(request, lambda at: actions.end(found, by=request.user, at=at))


def _tried(request: SignedIn, act: Any) -> HttpResponse:
    try:
        act(timezone.now())
    except actions.AlreadyDecided:
        messages.error(
            request, _("Somebody was quicker. Reload the page to see what they did.")
        )
    return redirect("standards:negative")


def _the_steering(request: SignedIn, steering_id: str) -> Steering:
    found = queries.steering(request.user, steering_id)
    if found is None:
        raise Http404
    return found


def _offset(request: SignedIn) -> int:
    asked = request.GET.get("from", "")
    return int(asked) if asked.isdecimal() and len(asked) < 8 else 0

"""One plan: asked for, drafted, put into force, reviewed, given up."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.plans import actions, queries
from regulars.server.plans.forms import AimForm, AskForm, BeginForm, GiveUpForm, ReviewForm
from regulars.server.plans.models import Plan
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """A plan whole: why, where to, what is done, what was learned."""
    at, plan = timezone.now(), the_plan(request, public_id)
    context = {
        "shown": queries.view(request.user, plan, at),
        "bond": queries.bond_view(request.user, plan.customer, at, facts=False),
        "may_change": request.user.may(Permission.RECORD_CONTACT) and plan.is_live,
        "undo_from": at - actions.UNDO,
        "at": at,
        "nav": "plans",
    }
    return render(request, "plans/one.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def draft(request: SignedIn, public_id: str) -> HttpResponse:
    """Begin a plan for a customer; one that was asked for is gone on with."""
    customer = the_customer(request, public_id)
    known = queries.current(request.user, customer)
    if known is not None and request.method == "GET":
        return redirect("plans:one", public_id=known.public_id)
    form = AimForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        made = actions.draft(
            customer, aim=form.cleaned_data["aim"], by=request.user, at=timezone.now()
        )
        return _go(request, reverse("plans:one", args=[made.public_id]))
    title = _("Care plan for %(customer)s") % {"customer": customer}
    words = _("It is a draft until it has a goal and a step and you put it into force.")
    return drawer(request, form, title=title, words=words, button=_("Begin the plan"))


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM)
def ask(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask whoever looks after a customer for a plan."""
    customer, at = the_customer(request, public_id), timezone.now()
    today = core.local_date(at)
    usual = core.work_calendar().add_workdays(today, queries.policy().ask_days)
    form = AskForm(request.POST if request.method == "POST" else None, until=usual, today=today)
    where = reverse("customers:page", args=[customer.public_id])
    if form.is_bound and form.is_valid():
        try:
            actions.ask(customer, by=request.user, at=at, **form.cleaned_data)
            return saved(request, where)
        except BadInput as error:
            form.add_error("until", str(error))
    title = _("Ask for a plan for %(customer)s") % {"customer": customer}
    words = _("It stands on the owner's Today at once, and as a draft among the plans.")
    return drawer(request, form, title=title, words=words, button=_("Ask for it"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Write the aim anew."""
    plan = the_plan(request, public_id)
    form = AimForm(request.POST if request.method == "POST" else None, aim=plan.aim)
    if form.is_bound and form.is_valid():
        actions.change(plan, aim=form.cleaned_data["aim"], by=request.user, at=timezone.now())
        return done(request, plan)
    title = _("Aim of the plan for %(customer)s") % {"customer": plan.customer}
    return drawer(request, form, title=title)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def begin(request: SignedIn, public_id: str) -> HttpResponse:
    """Put a draft into force."""
    plan, at = the_plan(request, public_id), timezone.now()
    today = core.local_date(at)
    form = BeginForm(
        request.POST if request.method == "POST" else None,
        review_on=actions.review_day(None, at=at),
        today=today,
    )
    if form.is_bound and form.is_valid():
        try:
            actions.begin(plan, by=request.user, at=at, **form.cleaned_data)
            return done(request, plan)
        except BadInput as error:
            form.add_error(None, str(error))
    title = _("Put the plan for %(customer)s into force") % {"customer": plan.customer}
    words = _("From then on its steps stand on Today when their day comes.")
    return drawer(request, form, title=title, words=words, button=_("Put into force"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def give_up(request: SignedIn, public_id: str) -> HttpResponse:
    """End a plan that will not be followed."""
    plan = the_plan(request, public_id)
    form = GiveUpForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.give_up(
            plan, reason=form.cleaned_data["reason"], by=request.user, at=timezone.now()
        )
        return done(request, plan)
    title = _("Give up the plan for %(customer)s") % {"customer": plan.customer}
    words = _("What is open in it is dropped with this reason. The plan stays on file.")
    return drawer(request, form, title=title, words=words, button=_("Give it up"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def review(request: SignedIn, public_id: str) -> HttpResponse:
    """Look at a plan: what was learned, and whether it goes on."""
    plan, at = the_plan(request, public_id), timezone.now()
    form = ReviewForm(
        request.POST if request.method == "POST" else None,
        next_on=actions.review_day(None, at=at),
        today=core.local_date(at),
    )
    if form.is_bound and form.is_valid():
        try:
            actions.hold(plan, by=request.user, at=at, **form.cleaned_data)
            return done(request, plan)
        except BadInput as error:
            form.add_error("next_on", str(error))
    title = _("Review of the plan for %(customer)s") % {"customer": plan.customer}
    return drawer(request, form, title=title, button=_("Save the review"))


def drawer(
    request: SignedIn,
    form: Any,
    *,
    title: str,
    words: str = "",
    button: str = "",
    **more: Any,
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {"form": form, "title": title, "words": words, "button": button, "nav": "plans"}
    status = 422 if form.is_bound else 200
    return render(request, "plans/form.html", context | more, status=status)


def done(request: SignedIn, plan: Plan) -> HttpResponse:
    return saved(request, reverse("plans:one", args=[plan.public_id]))


def the_plan(request: SignedIn, public_id: str) -> Plan:
    found = queries.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def the_customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _go(request: SignedIn, where: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)

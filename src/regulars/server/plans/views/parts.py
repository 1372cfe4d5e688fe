"""Goals and steps of a plan: added, and what became of them."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.alerts import queries as alerts
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.plans import actions, queries
from regulars.server.plans.forms import GoalForm, GoalStandsForm, StepForm, StepStandsForm
from regulars.server.plans.models import Goal, Plan, Step
from regulars.server.plans.views.one import done, drawer, the_plan


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_goal(request: SignedIn, public_id: str) -> HttpResponse:
    """Say where the plan goes."""
    plan, at = the_plan(request, public_id), timezone.now()
    form = GoalForm(
        request.POST if request.method == "POST" else None,
        known=queries.standings(request.user, plan.customer),
        today=core.local_date(at),
    )
    if form.is_bound and form.is_valid():
        try:
            actions.add_goal(plan, by=request.user, at=at, **form.told())
            return done(request, plan)
        except BadInput as error:
            form.add_error(None, str(error))
    title = _("Goal of the plan for %(customer)s") % {"customer": plan.customer}
    words = _("What the house measures starts at today's figure.")
    return drawer(request, form, title=title, words=words, button=_("Add the goal"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def goal(request: SignedIn, public_id: str, goal_id: str) -> HttpResponse:
    """Where a goal stands, and whether it was reached."""
    plan = the_plan(request, public_id)
    found = queries.goal(request.user, plan, goal_id)
    if found is None:
        raise Http404
    form = GoalStandsForm(request.POST if request.method == "POST" else None, goal=found)
    if form.is_bound and form.is_valid():
        try:
            _stands(request, found, form)
            return done(request, plan)
        except BadInput as error:
            form.add_error(None, str(error))
    return drawer(request, form, title=found.text, goal=found)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_step(request: SignedIn, public_id: str) -> HttpResponse:
    """Say what is done, by whom and until when."""
    plan, at = the_plan(request, public_id), timezone.now()
    form = StepForm(
        request.POST if request.method == "POST" else None,
        people=alerts.may_hold(plan.customer.book),
        kind=plan.customer.kind,
        today=core.local_date(at),
        builds=request.GET.get("builds", ""),
    )
    if form.is_bound and form.is_valid():
        try:
            actions.add_step(plan, by=request.user, at=at, **form.cleaned_data)
            return done(request, plan)
        except BadInput as error:
            form.add_error("due_on", str(error))
    title = _("Step of the plan for %(customer)s") % {"customer": plan.customer}
    words = _("It stands on Today when its day comes.")
    return drawer(request, form, title=title, words=words, button=_("Add the step"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def step(request: SignedIn, public_id: str, step_id: str) -> HttpResponse:
    """What became of a step."""
    plan, at = the_plan(request, public_id), timezone.now()
    found = _step(request, plan, step_id)
    form = StepStandsForm(
        request.POST if request.method == "POST" else None, step=found,
        today=core.local_date(at),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            _became(request, found, form)
            return done(request, plan)
        except BadInput as error:
            form.add_error(None, str(error))
    return drawer(request, form, title=found.text, step=found, at=at)


@require_POST
@needs(Permission.RECORD_CONTACT)
def reopen_step(request: SignedIn, public_id: str, step_id: str) -> HttpResponse:
    """Take back a click of a moment ago."""
    plan = the_plan(request, public_id)
    actions.reopen_step(_step(request, plan, step_id), by=request.user, at=timezone.now())
    return done(request, plan)


def _step(request: SignedIn, plan: Plan, step_id: str) -> Step:
    found = queries.step(request.user, plan, step_id)
    if found is None:
        raise Http404
    return found


def _stands(request: SignedIn, goal: Goal, form: GoalStandsForm) -> None:
    given, at = form.cleaned_data, timezone.now()
    if given.get("reading") is not None and given["reading"] != goal.reading:
        actions.read_goal(goal, reading=given["reading"], by=request.user, at=at)
    if given["do"]:
        actions.decide_goal(goal, state=given["do"], note=given["note"], by=request.user, at=at)


def _became(request: SignedIn, step: Step, form: StepStandsForm) -> None:
    given, at, by = form.cleaned_data, timezone.now(), request.user
    if given["do"] == StepStandsForm.DONE:
        actions.do_step(step, outcome=given["outcome"], on=given["on"], by=by, at=at)
    elif given["do"] == StepStandsForm.DROPPED:
        actions.drop_step(step, reason=given["outcome"], by=by, at=at)
    elif given["on"] is None:
        raise BadInput(_("Say on which day it is to be done."))
    else:
        actions.move_step(step, due_on=given["on"], by=by, at=at)

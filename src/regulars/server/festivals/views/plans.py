"""Festivals to come, and the plan of one year's."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.festivals import actions, queries
from regulars.server.festivals.forms import PlanForm, SkipForm, TaskForm
from regulars.server.festivals.models import Festival, Plan
from regulars.server.tiers import queries as tiers

PLAN = Permission.EDIT_CONTENT
ROWS = 200


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """What comes, with its plan or the lack of one; what came of the last ones."""
    today = core.local_date(timezone.now())
    coming = queries.coming(request.user, today)
    may = request.user.may(PLAN)
    context = {
        "missing": [one for one in coming if one.lacks],
        "coming": [one for one in coming if not one.lacks],
        "tasks": queries.own_tasks(request.user, today),
        "over": [
            (one, queries.results(request.user, one))
            for one in queries.over(request.user, today)
        ],
        "today": today,
        "may": may,
        "nav": "festivals",
    }
    return render(request, "festivals/index.html", context)


@require_http_methods(["GET", "POST"])
@needs(PLAN)
def make(request: SignedIn, code: str, day: str) -> HttpResponse:
    """Begin the plan of one festival and year."""
    festival = queries.festival(request.user, code)
    try:
        on = date.fromisoformat(day)
    except ValueError as error:
        raise Http404 from error
    if festival is None or on not in queries.day_of(festival, on.year):
        raise Http404
    if stands := queries.plans(request.user).filter(festival=festival, on=on).first():
        return redirect("festivals:plan", stands.public_id)
    start = {"way": "message", "levels": [5, 4], "gift_levels": [5], "owner": request.user.pk}
    form = _plan_form(request, festival, on, start)
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_plan(
                festival, on, by=request.user, at=timezone.now(), **form.told()
            )
            return redirect("festivals:plan", made.public_id)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    return _edit(request, form, festival, on, None)


@require_http_methods(["GET", "POST"])
@needs(PLAN)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Change what is planned."""
    found = _plan(request, public_id)
    start = {name: getattr(found, name) for name in actions.PLANNED}
    start |= {"segment": found.segment.public_id if found.segment else ""}
    form = _plan_form(request, found.festival, found.on, start)
    if form.is_bound and form.is_valid():
        try:
            actions.change_plan(found, by=request.user, at=timezone.now(), **form.told())
            return redirect("festivals:plan", found.public_id)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    return _edit(request, form, found.festival, found.on, found)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def plan(request: SignedIn, public_id: str) -> HttpResponse:
    """The plan: what happens, who wishes whom, what is to be done, what came of it."""
    return _show(request, _plan(request, public_id))


@require_POST
@needs(PLAN)
def decide(request: SignedIn, public_id: str) -> HttpResponse:
    """It is done like this."""
    found = _plan(request, public_id)
    return _try(
        request, found,
        lambda: actions.decide(found, by=request.user, at=timezone.now()), _("It is decided."),
    )  # fmt: skip


@require_POST
@needs(PLAN)
def skip(request: SignedIn, public_id: str) -> HttpResponse:
    """Nothing is done this year."""
    found, why = _plan(request, public_id), request.POST.get("why", "")
    return _try(
        request, found,
        lambda: actions.skip(found, why=why, by=request.user, at=timezone.now()),
        _("Noted: nothing is done this year."),
    )  # fmt: skip


@require_POST
@needs(Permission.SEND)
def send(request: SignedIn, public_id: str) -> HttpResponse:
    """Lay the wishes down now; they go out on the morning of the festival."""
    found = _plan(request, public_id)
    try:
        told = actions.send(found, by=request.user, at=timezone.now())
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        said = ngettext(
            "%(n)s wish is laid down for the day.", "%(n)s wishes are laid down for the day.",
            told.message,
        )  # fmt: skip
        messages.success(request, said % {"n": told.message})
    return redirect("festivals:plan", found.public_id)


@require_POST
@needs(PLAN)
def gifts(request: SignedIn, public_id: str) -> HttpResponse:
    """Set the gifts aside, as far as the shelves reach."""
    found = _plan(request, public_id)
    try:
        told = actions.ask_gifts(found, by=request.user, at=timezone.now())
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        messages.success(
            request, _("%(n)s gifts are set aside; %(had)s had theirs before.")
            % {"n": told.gifts, "had": told.had},
        )  # fmt: skip
        for why, n in list(told.refused.items())[:5]:
            messages.warning(request, _("%(n)s without a gift: %(why)s") % {"n": n, "why": why})
    return redirect("festivals:plan", found.public_id)


@require_POST
@needs(PLAN)
def add_task(request: SignedIn, public_id: str) -> HttpResponse:
    """One more thing to be done."""
    found, form = _plan(request, public_id), TaskForm(request.POST)
    if not form.is_valid():
        return _show(request, found, task_form=form)
    return _try(
        request, found,
        lambda: actions.add_task(
            found, by=request.user, at=timezone.now(), **form.cleaned_data
        ),
        "",
    )  # fmt: skip


@require_POST
@needs(PLAN)
def do_task(request: SignedIn, public_id: str, number: int) -> HttpResponse:
    """Tick it off, or take that back."""
    found = _plan(request, public_id)
    task = next((each for each in found.tasks.all() if each.pk == number), None)
    if task is None:
        raise Http404
    done = request.POST.get("done") == "1"
    actions.do_task(task, done=done, by=request.user, at=timezone.now())
    return redirect("festivals:plan", found.public_id)


@require_POST
@needs(PLAN)
def note(request: SignedIn, public_id: str) -> HttpResponse:
    """What came of it, for the next year."""
    found, told = _plan(request, public_id), request.POST.get("note", "")[:2000]
    actions.note_result(found, note=told, by=request.user, at=timezone.now())
    return redirect("festivals:plan", found.public_id)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def rows(request: SignedIn, public_id: str, of: str, state: str) -> HttpResponse:
    """The customers behind a figure."""
    found = _plan(request, public_id)
    people = queries.in_state(request.user, found, of, state)
    context = {
        "title": str(found), "rows": people[:ROWS], "total": people.count(), "most": ROWS,
        "nav": "festivals",
    }  # fmt: skip
    return render(request, "festivals/rows.html", context)


def _show(request: SignedIn, found: Plan, *, task_form: Any = None) -> HttpResponse:
    at = timezone.now()
    today, ahead = core.local_date(at), found.state in (Plan.State.PREPARED, Plan.State.DECIDED)
    context = {
        "plan": found,
        "message": queries.message_title(found),
        "idea": queries.idea(found.idea),
        "ideas": queries.ideas_for(found.festival.code)[:3],
        "audience": queries.audience(found, at=at) if ahead and found.on >= today else None,
        "results": queries.results(request.user, found),
        "tasks": [(each, queries.task_words(each)) for each in found.tasks.all()],
        "levels": tiers.names_of_levels(),
        "before": queries.plans(request.user)
        .filter(festival=found.festival, on__lt=found.on)
        .exclude(note="")
        .first(),
        "task_form": task_form or TaskForm(),
        "skip_form": SkipForm(),
        "ahead": found.on >= today,
        "may": request.user.may(PLAN),
        "may_send": request.user.may(Permission.SEND),
        "at": at,
        "today": today,
        "nav": "festivals",
    }
    status = 422 if task_form is not None else 200
    return render(request, "festivals/plan.html", context, status=status)


def _try(request: SignedIn, found: Plan, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    else:
        if done:
            messages.success(request, done)
    return redirect("festivals:plan", found.public_id)


def _plan_form(request: SignedIn, festival: Festival, on: date, start: Any) -> PlanForm:
    data = request.POST if request.method == "POST" else None
    return PlanForm(data, viewer=request.user, festival=festival, on=on, initial=start)


def _edit(
    request: SignedIn, form: PlanForm, festival: Festival, on: date, found: Plan | None
) -> HttpResponse:
    context = {
        "form": form, "festival": festival, "on": on, "plan": found,
        "ideas": queries.ideas_for(festival.code), "nav": "festivals",
    }  # fmt: skip
    return render(request, "festivals/edit.html", context, status=422 if form.is_bound else 200)


def _plan(request: SignedIn, public_id: str) -> Plan:
    found = queries.plan(request.user, public_id)
    if found is None:
        raise Http404
    return found

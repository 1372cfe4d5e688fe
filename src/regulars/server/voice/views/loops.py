"""The loop board, one loop, causes, and what was changed for them."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.complaints import queries as complaints
from regulars.server.complaints.models import Case
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.voice import actions, queries
from regulars.server.voice.forms import CauseForm, CloseHighForm, CloseLowForm, ImproveForm
from regulars.server.voice.models import Loop
from regulars.server.voice.queries import effects
from regulars.server.voice.queries.loops import DONE, DUE, OPEN
from regulars.server.voice.views.shared import complaints_page, drawer, edits, kept, part
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def board(request: SignedIn) -> HttpResponse:
    """What is open, due and done; causes; you said, we did."""
    at = timezone.now()
    today = core.local_date(at)
    show, kind = request.GET.get("show", OPEN), request.GET.get("kind", "detractor")
    show = show if show in (OPEN, DUE, DONE) else OPEN
    kind = kind if kind in Loop.Kind.values else "detractor"
    some = part(
        request, queries.loops(request.user, kind=kind, show=show, today=today), most=100
    )
    context = {
        "rows": some.rows,
        "part": some,
        "tallies": queries.tallies(request.user, today),
        "causes": queries.told_causes(request.user, today),
        "complaints": queries.told_complaints(request.user, today),
        "days": queries.policy().compare_days,
        "kinds": [("detractor", _("Low scores")), ("promoter", _("Would recommend us"))],
        "kind": kind,
        "show": show,
        "leads": _leads(request),
        "edits": edits(request),
        "at": at,
        "nav": "loop",
    }
    return render(request, "voice/board.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
def loop(request: SignedIn, public_id: str) -> HttpResponse:
    """One loop: what was said, and closing it with cause and action, or with thanks."""
    found, at = queries.loop(request.user, public_id), timezone.now()
    if found is None:
        raise Http404
    may_close = queries.may_close(request.user, found)
    data = request.POST if request.method == "POST" and may_close else None
    low = found.kind == Loop.Kind.DETRACTOR
    form = (
        CloseLowForm(data, causes=queries.causes(), loop=found) if low else CloseHighForm(data)
    )
    close = actions.close_low if low else actions.close_high
    if kept(form, lambda: close(found, by=request.user, at=at, **form.cleaned_data)):
        return saved(request, reverse("voice:board"))
    context = {
        "loop": found,
        "one": queries.shown(found.answer),
        "form": form,
        "complains": request.user.may(Permission.RECORD_CONTACT),
        "may_close": may_close and found.state != Loop.State.DONE,
        "is_named": low and queries.is_named(request.user, found),
        "may_reopen": may_close and found.state == Loop.State.DONE,
        "at": at,
        "nav": "loop",
    }
    return render(request, "voice/loop.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.SEE_TEAM)
def reopen(request: SignedIn, public_id: str) -> HttpResponse:
    """It was not dealt with after all."""
    found = queries.loop(request.user, public_id)
    if found is None or not queries.may_close(request.user, found):
        raise Http404
    actions.reopen(found, by=request.user, at=timezone.now())
    return saved(request, reverse("voice:board"))


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM, Permission.EDIT_SURVEYS)
def add_cause(request: SignedIn) -> HttpResponse:
    """One more cause on the company's list."""
    form = CauseForm(request.POST if request.method == "POST" else None)
    at = timezone.now()
    if kept(form, lambda: actions.add_cause(**form.cleaned_data, by=request.user, at=at)):
        return saved(request, reverse("voice:board"))
    return drawer(request, form, title=_("Add a cause"), button=_("Add it"), nav="loop")


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_CUSTOMERS)
def cause(request: SignedIn, public_id: str) -> HttpResponse:
    """The loops behind a cause; whoever keeps the list takes it off, or puts it back."""
    found, at = queries.cause(public_id), timezone.now()
    if found is None:
        raise Http404
    if request.method == "POST" and edits(request):
        actions.switch_cause(found, on=not found.is_active, by=request.user, at=at)
        return saved(request, reverse("voice:board"))
    some = part(request, queries.of_cause(request.user, found))
    context = {
        "cause": found,
        "rows": some.rows,
        "part": some,
        "edits": edits(request),
        "at": at,
        "nav": "loop",
    }
    return render(request, "voice/cause.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM, Permission.EDIT_SURVEYS)
def improve(request: SignedIn) -> HttpResponse:
    """Write down what was changed, and for which cause."""
    at = timezone.now()
    form = ImproveForm(
        request.POST if request.method == "POST" else None,
        causes=queries.causes(),
        today=core.local_date(at),
    )
    if kept(form, lambda: actions.improve(by=request.user, at=at, **form.cleaned_data)):
        return saved(request, reverse("voice:board"))
    title = _("You said, we did")
    words = _(
        "From its day on, the share of answers with the cause is held against before; and so "
        "is the number of complaints."
    )
    return drawer(request, form, title=title, words=words, nav="loop")


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def effect_rows(request: SignedIn, public_id: str) -> HttpResponse:
    """The answers behind what is told of a change: before or since, of the cause, or open."""
    done = queries.improvement(public_id)
    side, which = request.GET.get("side", ""), request.GET.get("part", "")
    if done is None or done.cause_id is None or side not in effects.SIDES:
        raise Http404
    at = timezone.now()
    found = effects.behind(request.user, done, side=side, part=which, today=core.local_date(at))
    some = part(request, found)
    context = {
        "title": done.cause,
        "rows": [queries.shown(each) for each in some.rows],
        "part": some,
        "at": at,
        "nav": "loop",
    }
    return render(request, "voice/rows.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def effect_cases(request: SignedIn, public_id: str) -> HttpResponse:
    """The complaints behind what is told of a change: of its kind or cause, or open."""
    done, side = queries.improvement(public_id), request.GET.get("side", "")
    if done is None or done.complaint_id is None or side not in effects.SIDES:
        raise Http404
    at = timezone.now()
    which, today = request.GET.get("part", ""), core.local_date(at)
    return _cases(
        request, queries.cases_of(request.user, done, side=side, part=which, today=today), at
    )


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def entry_cases(request: SignedIn, public_id: str) -> HttpResponse:
    """The complaints of the last days that came from a cause, or are of a kind."""
    entry, at = complaints.entry(public_id), timezone.now()
    if entry is None:
        raise Http404
    found = queries.cases_lately(request.user, entry, core.local_date(at))
    return _cases(request, found, at)


def _cases(request: SignedIn, found: QuerySet[Case], at: datetime) -> HttpResponse:
    return complaints_page(request, found, at=at, nav="loop")


def _leads(request: SignedIn) -> bool:
    return request.user.may(Permission.SEE_TEAM) or edits(request)

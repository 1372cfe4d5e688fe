"""One opportunity: its page, moved, won, lost, opened again, changed."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.forms import (
    ChanceForm,
    ChangeForm,
    LoseForm,
    NextForm,
    ReopenForm,
    WinForm,
)
from regulars.server.opportunities.views.opening import done, drawer, people, the_opportunity


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """An opportunity whole: what, how much, how likely, what next, how it came here."""
    at, found = timezone.now(), the_opportunity(request, public_id)
    may = request.user.may(Permission.RECORD_CONTACT)
    context = {
        "view": queries.view(found, at),
        "it": found,
        "stages": queries.open_stages(),
        "history": queries.history(found, at),
        "proposals": queries.versions(request.user, found),
        "may_change": may and found.is_open,
        "may_reopen": may and not found.is_open,
        "at": at,
        "nav": "opportunities",
    }
    return render(request, "opportunities/one.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def move(request: SignedIn, public_id: str) -> HttpResponse:
    """The stages to choose from, the next one first: the second tap moves."""
    found, at = the_opportunity(request, public_id), timezone.now()
    stages = queries.open_stages()
    if request.method == "POST":
        chosen = {each.code: each for each in stages}.get(request.POST.get("stage", ""))
        if chosen is not None:
            actions.move(found, chosen, by=request.user, at=at)
            return done(request, found)
    context = {
        "it": found,
        "targets": queries.targets(found, stages),
        "title": _("Where does “%(what)s” stand?") % {"what": found},
        "nav": "opportunities",
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "opportunities/move.html", context, status=status)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def won(request: SignedIn, public_id: str) -> HttpResponse:
    """It is won, and why."""
    found, at = the_opportunity(request, public_id), timezone.now()
    form = WinForm(request.POST if request.method == "POST" else None, of=found)
    if form.is_bound and form.is_valid():
        actions.win(found, by=request.user, at=at, **form.cleaned_data)
        return done(request, found)
    title = _("Won: %(what)s") % {"what": found}
    return drawer(request, form, title=title, button=_("Won"), rivals=_rivals(request))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def lost(request: SignedIn, public_id: str) -> HttpResponse:
    """It is lost, why and to whom."""
    found, at = the_opportunity(request, public_id), timezone.now()
    form = LoseForm(request.POST if request.method == "POST" else None, of=found)
    if form.is_bound and form.is_valid():
        actions.lose(found, by=request.user, at=at, **form.cleaned_data)
        return done(request, found)
    title = _("Lost: %(what)s") % {"what": found}
    return drawer(request, form, title=title, button=_("Lost"), rivals=_rivals(request))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def reopen(request: SignedIn, public_id: str) -> HttpResponse:
    """It goes on after all."""
    found, at = the_opportunity(request, public_id), timezone.now()
    form = ReopenForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.reopen(found, by=request.user, at=at, **form.cleaned_data)
            return done(request, found)
        except RegularsError as error:
            form.add_error(None, str(error))
    title = _("Open “%(what)s” again") % {"what": found}
    words = _("It goes on in the stage in which it ended. Both stay in its history.")
    return drawer(request, form, title=title, words=words, button=_("Open again"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """What is expected, and whose it is."""
    found, at = the_opportunity(request, public_id), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = ChangeForm(data, of=found, people=people(request))
    if form.is_bound and form.is_valid():
        try:
            actions.change(found, by=request.user, at=at, **form.cleaned_data)
            return done(request, found)
        except actions.Exists as error:
            form.add_error("kind", str(error))
        except actions.ChangedMeanwhile:
            form.refuse(the_opportunity(request, public_id))
    return drawer(request, form, title=str(found))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def chance(request: SignedIn, public_id: str) -> HttpResponse:
    """Another chance than the stage's."""
    found, at = the_opportunity(request, public_id), timezone.now()
    form = ChanceForm(request.POST if request.method == "POST" else None, of=found)
    if form.is_bound and form.is_valid():
        try:
            actions.judge_chance(
                found, chance=form.chance(), why=form.cleaned_data["why"],
                by=request.user, at=at,
            )  # fmt: skip
            return done(request, found)
        except RegularsError as error:
            form.add_error("why", str(error))
    words = _("It holds until the stage changes.")
    return drawer(request, form, title=_("Chance of “%(what)s”") % {"what": found}, words=words)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def next_step(request: SignedIn, public_id: str) -> HttpResponse:
    """What is done next, and when."""
    return _step(request, public_id, finished=False)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def done_step(request: SignedIn, public_id: str) -> HttpResponse:
    """The step is done; what follows."""
    return _step(request, public_id, finished=True)


def _step(request: SignedIn, public_id: str, *, finished: bool) -> HttpResponse:
    found, at = the_opportunity(request, public_id), timezone.now()
    data = request.POST if request.method == "POST" else None
    form = NextForm(data, of=found, today=core.local_date(at), done=finished)
    if form.is_bound and form.is_valid():
        step, on = form.cleaned_data["next_step"], form.cleaned_data["next_on"]
        try:
            if finished:
                actions.step_done(found, next_step=step, next_on=on, by=request.user, at=at)
            else:
                actions.plan_next(found, step=step, on=on, by=request.user, at=at)
            return done(request, found)
        except RegularsError as error:
            form.add_error(None, str(error))
    if not finished:
        return drawer(request, form, title=_("Next step"))
    title = _("Done: %(step)s") % {"step": found.next_step}
    return drawer(request, form, title=title, words=_("What follows, and when?"))


def _rivals(request: SignedIn) -> list[str]:
    return list(queries.rivals(request.user))

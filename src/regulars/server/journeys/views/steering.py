"""A journey is handed over, decided on, started, paused, stopped."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.journeys import actions, queries, rules
from regulars.server.journeys.forms import MovesForm, WhyForm
from regulars.server.journeys.models import Version
from regulars.server.journeys.queries import Wording
from regulars.server.journeys.views.parts import (
    NAV,
    ask,
    gone,
    the_draft,
    the_steered,
)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def publish(request: SignedIn, public_id: str) -> HttpResponse:
    """What is still missing, who is where, and where those at steps that are gone go on."""
    the_steered(request, public_id)
    version, at = the_draft(request, public_id), timezone.now()
    lacks = queries.lacking(version, at=at)
    form = _moves(request, version)
    if form.is_bound and form.is_valid():
        try:
            actions.submit(version, moves=form.cleaned_data, by=request.user, at=at)
            return redirect("journeys:one", public_id=public_id)
        except BadInput as error:
            form.add_error(None, str(error))
    standing = queries.standing_at(version)
    context = {
        "nav": NAV,
        "journey": version.journey,
        "version": version,
        "lacks": lacks,
        "form": form,
        "standing": sum(standing.values()),
        "route": rules.read(version.body),
    }
    status = 422 if form.errors else 200
    return render(request, "journeys/publish.html", context, status=status)


def _moves(request: SignedIn, version: Version) -> MovesForm:
    before = queries.in_force(version.journey)
    now = rules.read(version.body)
    wording = Wording.of(version.journey.owner, now)
    old = rules.by_id(rules.read(before.body)) if before else {}
    standing = queries.standing_at(version)
    gone_steps = []
    for step in queries.to_decide(version):
        words = queries.sentence(old[step], wording) if step in old else _("an older step")
        told = {"step": words, "n": standing.get(step, 0)}
        gone_steps.append((step, _("%(step)s (%(n)s there now)") % told))
    targets = [
        (step.id, _("they go on at: %(step)s") % {"step": queries.sentence(step, wording)})
        for step, _depth in rules.walk(now.steps)
    ]
    data = request.POST if request.method == "POST" else None
    return MovesForm(data, gone=gone_steps, targets=targets, moves=version.moves)


@require_POST
@needs(Permission.SEND)
def withdraw(request: SignedIn, public_id: str) -> HttpResponse:
    the_steered(request, public_id)
    actions.withdraw(the_draft(request, public_id), by=request.user, at=timezone.now())
    return redirect("journeys:edit", public_id=public_id)


@require_POST
@needs(Permission.APPROVE_CONTENT)
def approve(request: SignedIn, public_id: str) -> HttpResponse:
    actions.approve(the_draft(request, public_id), by=request.user, at=timezone.now())
    return redirect("journeys:one", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.APPROVE_CONTENT)
def send_back(request: SignedIn, public_id: str) -> HttpResponse:
    """Return a version to its authors."""
    version = the_draft(request, public_id)

    def back(why: str) -> None:
        actions.send_back(version, why=why, by=request.user, at=timezone.now())

    return _with_reason(
        request, public_id, back, title=_("Send it back"), button=_("Send back"),
        said=_("Its authors read what is to be changed, and submit it again."),
    )  # fmt: skip


@require_POST
@needs(Permission.SEND)
def start(request: SignedIn, public_id: str) -> HttpResponse:
    actions.start(the_steered(request, public_id), by=request.user, at=timezone.now())
    return redirect("journeys:one", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def pause(request: SignedIn, public_id: str) -> HttpResponse:
    """Hold a journey, with a reason."""
    journey = the_steered(request, public_id)

    def hold(why: str) -> None:
        actions.pause(journey, why=why, by=request.user, at=timezone.now())

    return _with_reason(
        request, public_id, hold, title=_("Pause this journey"), button=_("Pause"),
        said=_("Nobody enters and nothing happens until it goes on. Open tasks stay."),
    )  # fmt: skip


@require_POST
@needs(Permission.SEND)
def resume(request: SignedIn, public_id: str) -> HttpResponse:
    actions.resume(the_steered(request, public_id), by=request.user, at=timezone.now())
    return redirect("journeys:one", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEND)
def stop(request: SignedIn, public_id: str) -> HttpResponse:
    """End a journey for everybody; it says how many, before and after."""
    journey = the_steered(request, public_id)
    people, waiting = queries.under_way(journey)

    def end(why: str) -> None:
        told = actions.stop(journey, why=why, by=request.user, at=timezone.now())
        messages.success(request, _stopped(told.customers, told.messages))

    return _with_reason(
        request, public_id, end, title=_("Stop this journey"), button=_("Stop for good"),
        said=_("Everybody who is on the way is taken out (%(people)s), and messages that did "
               "not go out yet are kept back (%(messages)s). This cannot be taken back.")
        % {"people": people, "messages": waiting},
    )  # fmt: skip


def _stopped(people: int, kept: int) -> str:
    taken = ngettext(
        "%(n)s customer was taken out.", "%(n)s customers were taken out.", people
    ) % {"n": people}
    held = ngettext("%(n)s message is kept back.", "%(n)s messages are kept back.", kept) % {
        "n": kept
    }
    return f"{taken} {held}"


def _with_reason(
    request: SignedIn,
    public_id: str,
    act: Callable[[str], None],
    *,
    title: str,
    said: str,
    button: str,
) -> HttpResponse:
    form = WhyForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        act(form.cleaned_data["why"])
        return gone(request, reverse("journeys:one", args=[public_id]))
    return ask(request, form, title=title, said=said, button=button, action=request.path)

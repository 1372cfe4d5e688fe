"""A wave: launched, whom it asks and leaves out, links handed over, forms filled in."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import segno
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.segments import queries as segments
from regulars.server.voice import actions, queries
from regulars.server.voice.forms import LaunchForm
from regulars.server.voice.models import Invitation
from regulars.server.voice.views.shared import (
    drawer,
    edits,
    file_of,
    go,
    part,
    the_customer,
    the_invitation,
    the_survey,
    the_wave,
)
from regulars.server.web.answers import saved
from regulars.server.web.views import refused

PAGE = 100
ASKED = "asked"  # whatever came of it
State = Invitation.State


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_SURVEYS)
def launch(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask customers by the draft, or by the newest version where there is no draft."""
    survey, at = the_survey(request, public_id), timezone.now()
    version = queries.drafted(survey) or queries.newest(survey)
    today = core.local_date(at)
    form = LaunchForm(
        request.POST if request.method == "POST" else None,
        segments=segments.segments(request.user),
        today=today,
        ends_on=today + timedelta(days=queries.policy().open_days),
    )
    if version is not None and form.is_bound and form.is_valid():
        try:
            made = actions.launch(version, by=request.user, at=at, **form.values())
        except BadInput as error:
            form.add_error(None, str(error))
        else:
            actions.queue(made, by=request.user, at=at)
            return go(request, reverse("voice:wave", args=[made.public_id]))
    title = _("Ask by “%(survey)s”") % {"survey": survey}
    words = _(
        "From then on this version is not edited any more. Who was asked within %(n)s days, by "
        "whatever survey, is left out."
    ) % {"n": queries.policy().rest_days}
    return drawer(request, form, title=title, words=words, button=_("Choose people and begin"))


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def wave(request: SignedIn, public_id: str) -> HttpResponse:
    """Whom a wave asks, and who is left out and why."""
    found = the_wave(request, public_id)
    show = request.GET.get("show", State.WAITING)
    show = show if show in (*State.values, ASKED) else State.WAITING
    states = Invitation.TRIED if show == ASKED else (show,)
    rows = queries.invitations(request.user, found).filter(state__in=states)
    if reason := request.GET.get("reason", ""):
        rows = rows.filter(reason=reason)
    some = part(request, rows.order_by("-level", "pk"), PAGE)
    context = {
        "wave": found,
        "reached": queries.reached(request.user, found),
        "rows": some.rows,
        "part": some,
        "show": show,
        "edits": edits(request),
        "jobs": queries.link_jobs(request.user, found) if edits(request) else (),
        "may_ask": request.user.may(Permission.RECORD_CONTACT),
        "is_open": found.state == found.State.OPEN,
        "at": timezone.now(),
        "nav": "surveys",
    }
    return render(request, "voice/wave.html", context)


@require_POST
@needs(Permission.EDIT_SURVEYS)
def close(request: SignedIn, public_id: str) -> HttpResponse:
    """End a wave."""
    actions.close(the_wave(request, public_id), by=request.user, at=timezone.now())
    return redirect("voice:wave", public_id=public_id)


@require_POST
@needs(Permission.EDIT_SURVEYS)
def links(request: SignedIn, public_id: str) -> HttpResponse:
    """The links of a wave as a file; who is in it has been asked from now on."""
    found, at = the_wave(request, public_id), timezone.now()
    link = request.build_absolute_uri(reverse("voice:public", args=[actions.PLACE]))
    told: dict[str, Any] = {"link": link, "by": request.user, "at": at}
    if queries.to_hand_over(request.user, found).count() > actions.MANY:
        actions.ask_links(found, format=request.POST.get("format") or "csv", **told)
        return redirect(reverse("voice:wave", args=[public_id]) + "#links")
    rows = list(actions.rows_of_links(found, **told))
    count = sum(not row[-1] for row in rows)
    audit.record("export.survey_links", found, by=request.user, at=at, rows=count)
    return file_of(request, f"links-{public_id}", actions.head_of_links(), rows)


@require_GET
@needs(Permission.EDIT_SURVEYS)
def links_job(request: SignedIn, key: str) -> HttpResponse:
    """How far a file of links is."""
    job = queries.link_job(request.user, key)
    if job is None:
        raise Http404
    return render(request, "voice/_links.html", {"job": job})


@require_POST
@needs(Permission.EDIT_SURVEYS)
def links_file(request: SignedIn, key: str) -> HttpResponse:
    """Hand a file of links out to the person who asked for it; that is noted."""
    job = queries.link_job(request.user, key)
    path = actions.take_links(job, by=request.user, at=timezone.now()) if job else None
    if path is None:
        raise Http404
    file: Any = FileResponse(path.open("rb"), as_attachment=True, filename=path.name)
    answer: HttpResponse = file  # both are what a view may answer with
    return answer


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def invitation(request: SignedIn, public_id: str) -> HttpResponse:
    """One link to copy or show as a picture; the POST hands it over, or takes it back."""
    found, at = the_invitation(request, public_id), timezone.now()
    if request.method == "POST" and request.POST.get("do") == "withdraw":
        actions.withdraw(found, by=request.user, at=at)
        return saved(request, reverse("customers:page", args=[found.customer.public_id]))
    if request.method == "POST":
        try:
            found = actions.hand_over(found, by=request.user, at=at)
        except actions.NotAsked as error:
            return refused(request, error)  # answered, not raised: the policy's no is kept
    shown = found.state == State.HANDED
    link = _link(request, found) if shown else ""
    code = segno.make(link, error="m").svg_data_uri(scale=5, border=2) if shown else ""
    context = {
        "invitation": found,
        "link": link,
        "code": code,
        "is_open": actions.may_answer(found, at),
        "at": at,
        "nav": "surveys",
    }
    return render(request, "voice/invitation.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def invite(request: SignedIn, public_id: str, wave_id: str) -> HttpResponse:
    """Ask one customer by hand, then show the link."""
    customer, found = the_customer(request, public_id), the_wave(request, wave_id)
    if request.method == "POST":
        made = actions.invite(found, customer, by=request.user, at=timezone.now())
        return go(request, reverse("voice:invitation", args=[made.public_id]))
    context = {"customer": customer, "wave": found, "at": timezone.now(), "nav": "surveys"}
    return render(request, "voice/invite.html", context)


def _link(request: SignedIn, found: Invitation) -> str:
    return request.build_absolute_uri(reverse("voice:public", args=[actions.token(found)]))

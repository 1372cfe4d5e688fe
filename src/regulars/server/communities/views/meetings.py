"""Meetings: planned, invited to, held, called off."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.communities import actions, queries
from regulars.server.communities.forms import InviteForm, MeetingForm
from regulars.server.communities.models import Meeting
from regulars.server.communities.views.shared import community, led
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.outreach.queries import mailing_of
from regulars.server.web.answers import saved

SEE = Permission.SEE_CUSTOMERS


@require_http_methods(["GET", "POST"])
@needs(SEE)
def new(request: SignedIn, public_id: str) -> HttpResponse:
    """Plan one."""
    found = led(request, community(request, public_id))
    form = MeetingForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.plan_meeting(found, by=request.user, at=timezone.now(), **form.told())
            return saved(request, reverse("communities:one", args=[found.public_id]))
        except BadInput as error:
            form.add_error(None, str(error))
    title = _("A meeting of %(community)s") % {"community": found}
    context = {
        "form": form,
        "title": title,
        "button": pgettext("community", "Plan it"),
        "nav": "communities",
    }
    return render(
        request, "communities/ask.html", context, status=422 if form.is_bound else 200
    )


@require_GET
@needs(SEE)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """Who said they come, and who came."""
    found, at = _meeting(request, public_id), timezone.now()
    key = f"community:{found.community.public_id}:m:{found.public_id}"
    context = {
        "meeting": found,
        "rows": queries.presences(request.user, found),
        "form": InviteForm(on=core.local_date(at)),
        "mailing": mailing_of(key),
        "may": queries.may_lead(request.user, found.community),
        "ahead": found.state == Meeting.State.PLANNED and found.at > at,
        "nav": "communities",
    }
    return render(request, "communities/meeting.html", context)


@require_POST
@needs(SEE)
def held(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down who came."""
    found = _led(request, public_id)
    came = [int(each) for each in request.POST.getlist("came") if each.isdigit()]
    try:
        note = request.POST.get("note", "")[:1000]
        actions.hold(found, came, note=note, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    return redirect("communities:meeting", found.public_id)


@require_POST
@needs(SEE)
def call_off(request: SignedIn, public_id: str) -> HttpResponse:
    """It does not take place."""
    found = _led(request, public_id)
    try:
        actions.call_off(found, by=request.user, at=timezone.now())
    except Refused as error:
        messages.error(request, str(error))
    return redirect("communities:meeting", found.public_id)


@require_POST
@needs(Permission.SEND)
def invite(request: SignedIn, public_id: str) -> HttpResponse:
    """Invite the members by an approved message."""
    found, at = _meeting(request, public_id), timezone.now()
    form = InviteForm(request.POST, on=core.local_date(at))
    if not form.is_valid():
        messages.error(request, _("Choose an approved message."))
        return redirect("communities:meeting", found.public_id)
    try:
        told = actions.invite(
            found, message=form.cleaned_data["message"], by=request.user,
            at=at,
        )  # fmt: skip
        messages.success(
            request, _("%(n)s invitations are laid down.") % {"n": told.waiting + told.confirm}
        )
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    return redirect("communities:meeting", found.public_id)


def _meeting(request: SignedIn, public_id: str) -> Meeting:
    found = queries.meeting(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _led(request: SignedIn, public_id: str) -> Meeting:
    found = _meeting(request, public_id)
    led(request, found.community)
    return found

"""Who is in the panel of value customers, and which surveys ask it each quarter."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.voice import actions, queries
from regulars.server.voice.models import Wave
from regulars.server.voice.queries import panel as members_of
from regulars.server.voice.views.shared import edits, part, the_survey


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def panel(request: SignedIn) -> HttpResponse:
    """The members whom the viewer sees, with their next turn; the surveys that ask them."""
    at = timezone.now()
    some = part(request, members_of.members(request.user))
    context = {
        "rows": members_of.described(some.rows, at),
        "part": some,
        "surveys": queries.surveys(request.user),
        "channels": Wave.Channel.choices,
        "coming": members_of.coming(request.user, at),
        "policy": queries.policy(),
        "edits": edits(request),
        "today": core.local_date(at),
        "at": at,
        "nav": "surveys",
    }
    return render(request, "voice/panel.html", context)


@require_POST
@needs(Permission.EDIT_SURVEYS)
def set_panel(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask the panel by this survey each quarter, or no more."""
    survey, channel = the_survey(request, public_id), request.POST.get("channel", "")
    actions.set_panel(survey, channel=channel, by=request.user, at=timezone.now())
    return redirect("voice:panel")

"""The page that a customer opens by a link: no sign-in, and a look changes nothing."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from regulars.server.core import scope
from regulars.server.voice import actions
from regulars.server.voice.forms import given, sheet
from regulars.server.voice.models import Invitation

QUIET = {
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@require_http_methods(["GET", "HEAD", "POST"])
def public(request: HttpRequest, token: str) -> HttpResponse:
    """The form behind a link; sent twice it counts once."""
    at = timezone.now()
    try:
        found = _behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    if found.state == Invitation.State.ANSWERED:
        return redirect("voice:thanks", token=token)
    if not actions.may_answer(found, at):
        return _over(request, _("This survey is over. Thank you for opening it."), 410)
    version, problem = found.wave.version, ""
    data = request.POST if request.method == "POST" else None
    if data is not None:
        try:
            actions.answer_link(
                token, given(version, data), language=get_language() or "", at=at
            )
        except actions.Unanswered as error:
            problem = str(error)
        else:
            return redirect("voice:thanks", token=token)
    context = {
        "version": version,
        "shown": sheet(version, data),
        "problem": problem,
        "key": found.public_id,
    }
    answer = render(request, "voice/public.html", context, status=422 if problem else 200)
    return _quiet(answer)


@require_GET
def thanks(request: HttpRequest, token: str) -> HttpResponse:
    """What stands there once it has arrived."""
    try:
        found = _behind(token)
    except actions.NoLink as error:
        return _over(request, str(error), 404)
    if found.state != Invitation.State.ANSWERED:
        return redirect("voice:public", token=token)
    context = {"version": found.wave.version, "key": found.public_id}
    return _quiet(render(request, "voice/thanks.html", context))


def _behind(token: str) -> Invitation:
    with scope.beyond():
        return actions.behind(token)


def _over(request: HttpRequest, words: str, status: int) -> HttpResponse:
    return _quiet(render(request, "voice/over.html", {"words": words}, status=status))


def _quiet(answer: HttpResponse) -> HttpResponse:
    for name, value in QUIET.items():
        answer[name] = value
    return answer

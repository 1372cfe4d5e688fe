"""What strangers and members open by a link: no sign-in, and a look changes nothing."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from regulars.base.errors import BadInput
from regulars.server.communities import actions, queries
from regulars.server.communities.forms import AskForm
from regulars.server.communities.views.shared import shown
from regulars.server.core import scope

BY = 80
QUIET = {
    "X-Robots-Tag": "noindex",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
}


@require_http_methods(["GET", "HEAD", "POST"])
def door(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask to join; whoever asks reads the same, on file or not."""
    found = queries.open_door(public_id)
    if found is None:
        return _over(request)
    form = AskForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.ask_to_join(
                found, at=timezone.now(), brought_by=request.POST.get("by", "")[:BY],
                **form.cleaned_data,
            )  # fmt: skip
            return _quiet(render(request, "communities/asked.html", {"it": found}))
        except BadInput as error:
            form.add_error("phone", str(error))
    context = {"it": found, "form": form, "friend": request.GET.get("by", "")[:BY]}
    status = 422 if form.is_bound else 200
    return _quiet(render(request, "communities/door.html", context, status=status))


@require_http_methods(["GET", "HEAD"])
def member(request: HttpRequest, token: str) -> HttpResponse:
    """A member's own page: posts, meetings, ideas, and the way out."""
    return _page(request, token)


@require_http_methods(["POST"])
def say(request: HttpRequest, token: str, public_id: str) -> HttpResponse:
    """They come, or not."""
    try:
        coming = request.POST.get("coming") == "1"
        actions.answer(token, public_id, coming=coming, at=timezone.now())
    except actions.NotHere:
        return _over(request)
    return redirect("communities:member", token=token)


@require_http_methods(["POST"])
def idea(request: HttpRequest, token: str) -> HttpResponse:
    """They tell an idea."""
    try:
        words = request.POST.get("words", "")
        actions.tell_idea(token, words=words, at=timezone.now())
    except actions.NotHere:
        return _over(request)
    except BadInput as error:
        return _page(request, token, problem=str(error))
    return _page(request, token, thanks=True)


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """The way out: asked once, done by a button."""
    if request.method == "POST":
        try:
            actions.leave_by_link(token, at=timezone.now())
        except actions.NotHere:
            return _over(request)
        return _quiet(render(request, "communities/left.html", {"done": True}))
    with scope.everything():
        found = queries.page_of(token, timezone.now())
    if found is None:
        return _over(request)
    return _quiet(render(request, "communities/left.html", {"page": found, "done": False}))


def _page(request: HttpRequest, token: str, **more: Any) -> HttpResponse:
    with scope.everything():
        found = queries.page_of(token, timezone.now())
        if found is None:
            return _over(request)
        status = 422 if more.get("problem") else 200
        context = {"page": found, "token": token, "friends": _friends(request, found), **more}
        return _quiet(render(request, "communities/page.html", context, status=status))


def _friends(request: HttpRequest, page: queries.Page) -> str:
    """The address that a member passes on to friends."""
    if not page.friends:
        return ""
    return shown(request, actions.door_link(page.member.community, page.friends))


def _over(request: HttpRequest) -> HttpResponse:
    words = _("This link leads nowhere any more.")
    answer = render(request, "communities/over.html", {"words": words}, status=404)
    return _quiet(answer)


def _quiet(answer: HttpResponse) -> HttpResponse:
    for name, value in QUIET.items():
        answer[name] = value
    return answer

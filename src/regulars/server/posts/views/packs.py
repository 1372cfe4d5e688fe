"""A manager's own page on the phone: what to post, and how they look beside it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.posts import actions, queries
from regulars.server.posts.forms import FaceForm, MarkForm
from regulars.server.posts.views.items import sent


@require_GET
@needs(Permission.RECORD_CONTACT)
def mine(request: SignedIn) -> HttpResponse:
    """Today's items for the personas in the viewer's books, with text and picture to take."""
    return _mine(request, MarkForm(), "")


@require_POST
@needs(Permission.RECORD_CONTACT)
def mark(request: SignedIn, public_id: str) -> HttpResponse:
    """Say that it was posted, or not and why."""
    found, at = queries.mark(request.user, public_id), timezone.now()
    if found is None:
        raise Http404
    form = MarkForm(request.POST)
    if form.is_valid():
        try:
            actions.mark(found, by=request.user, at=at, **form.cleaned_data)
            return redirect("posts:mine")
        except BadInput as error:
            form.add_error("reason", str(error))
    return _mine(request, form, public_id)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def card(request: SignedIn) -> HttpResponse:
    """The viewer's own card."""
    face, bound = queries.face(request.user), request.method == "POST"
    form = FaceForm(
        request.POST if bound else None, request.FILES if bound else None, face=face
    )
    if bound and form.is_valid():
        try:
            actions.change_face(by=request.user, at=timezone.now(), **form.told())
            messages.success(request, _("Saved. Your card stands beside what you post."))
            return redirect("posts:mine")
        except BadInput as error:
            form.add_error("picture", str(error))
    context = {"form": form, "face": face, "nav": "to-post"}
    return render(request, "posts/card.html", context, status=422 if bound else 200)


@require_GET
@needs()
def portrait(request: SignedIn, public_id: str) -> HttpResponse:
    """A colleague's picture."""
    found = queries.face_picture(public_id)
    if found is None or found.content is None:
        raise Http404
    return sent(bytes(found.content), found.ending, name=public_id)


def _mine(request: SignedIn, form: MarkForm, wrong: str) -> HttpResponse:
    now = timezone.now()
    packs = queries.packs(request.user, day=core.local_date(now))
    context = {
        "packs": packs,
        "later": queries.later(request.user, at=now),
        "face": queries.face(request.user),
        "form": form,
        "wrong": wrong,
        "language": get_language() or "zh",
        "at": now,
        "nav": "to-post",
    }
    return render(request, "posts/mine.html", context, status=422 if wrong else 200)

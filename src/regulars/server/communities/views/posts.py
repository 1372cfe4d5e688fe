"""Posts: written, approved by somebody else, told."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.communities import actions, queries
from regulars.server.communities.forms import PostForm
from regulars.server.communities.models import Community, Post
from regulars.server.communities.views.shared import community, led
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission

SEE = Permission.SEE_CUSTOMERS


@require_http_methods(["GET", "POST"])
@needs(SEE)
def new(request: SignedIn, public_id: str) -> HttpResponse:
    """Write one."""
    return _form(request, led(request, community(request, public_id)), None)


@require_http_methods(["GET", "POST"])
@needs(SEE)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Write a draft anew."""
    found = _post(request, public_id)
    return _form(request, led(request, found.community), found)


@require_GET
@needs(SEE)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """The post, and what may be done with it."""
    found = _post(request, public_id)
    context = {
        "post": found,
        "may": queries.may_lead(request.user, found.community),
        "may_approve": request.user.may(Permission.APPROVE_CONTENT)
        and found.written_by_id != request.user.pk,
        "may_send": request.user.may(Permission.SEND),
        "nav": "communities",
    }
    return render(request, "communities/post.html", context)


@require_POST
@needs(SEE)
def move(request: SignedIn, public_id: str) -> HttpResponse:
    """Submit, approve, send back, tell, take down: one button each."""
    found, at, by = _post(request, public_id), timezone.now(), request.user
    why = request.POST.get("why", "")
    ways: dict[str, tuple[Callable[[], object], bool]] = {
        "submit": (lambda: actions.submit(found, by=by, at=at), _leads(request, found)),
        "approve": (
            lambda: actions.approve(found, by=by, at=at), by.may(Permission.APPROVE_CONTENT),
        ),
        "send_back": (
            lambda: actions.send_back(found, why=why, by=by, at=at),
            by.may(Permission.APPROVE_CONTENT),
        ),
        "send": (
            lambda: actions.send(found, by=by, at=at),
            by.may(Permission.SEND),
        ),
        "take_down": (lambda: actions.take_down(found, by=by, at=at), _leads(request, found)),
    }  # fmt: skip
    act, may = ways.get(request.POST.get("to", ""), (None, False))
    if act is None or not may:
        raise PermissionDenied
    try:
        act()
    except (BadInput, Refused) as error:
        messages.error(request, str(error))
    return redirect("communities:post", found.public_id)


def _form(request: SignedIn, of: Community, found: Post | None) -> HttpResponse:
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    names = PostForm.base_fields
    initial = {name: getattr(found, name) for name in names} if found else {}
    form = PostForm(data, on=core.local_date(at), initial=initial)
    if form.is_bound and form.is_valid():
        try:
            made = actions.write(of, post=found, by=request.user, at=at, **form.cleaned_data)
            return redirect("communities:post", made.public_id)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    context = {"form": form, "title": _("A post for %(community)s") % {"community": of},
               "button": _("Save the draft"), "nav": "communities"}  # fmt: skip
    return render(
        request, "communities/ask.html", context, status=422 if form.is_bound else 200
    )


def _leads(request: SignedIn, found: Post) -> bool:
    return queries.may_lead(request.user, found.community)


def _post(request: SignedIn, public_id: str) -> Post:
    found = queries.post(request.user, public_id)
    if found is None:
        raise Http404
    return found

"""The list of communities, and one with its members, meetings and posts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.communities import actions, queries
from regulars.server.communities.forms import CommunityForm
from regulars.server.communities.models import Community
from regulars.server.communities.queries import Row
from regulars.server.communities.views.shared import community, led, shown
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.web.answers import saved

SEE = Permission.SEE_CUSTOMERS
KINDS = ("all", "hosts", "active", "some", "new", "asleep", "away", "friends")


@require_GET
@needs(SEE)
def index(request: SignedIn) -> HttpResponse:
    """Every community with its members, its next meeting, and who waits to be called."""
    at = timezone.now()
    rows = []
    for one in queries.communities(request.user):
        told = queries.lines(request.user, one, at)
        ahead = queries.meetings(request.user, one).filter(state="planned", at__gte=at)
        figures = queries.figures(request.user, one, at, told)
        asked = queries.asked(request.user, one).count()
        rows.append((Row(one, len(told), ahead.order_by("at").first(), asked), figures))
    context = {
        "rows": rows,
        "askings": queries.askings(request.user),
        "posts": queries.to_approve(request.user, at),
        "may_make": request.user.may(Permission.EDIT_CONTENT),
        "nav": "communities",
    }
    return render(request, "communities/index.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.EDIT_CONTENT)
def new(request: SignedIn) -> HttpResponse:
    """Open a community."""
    return _form(request, None)


@require_http_methods(["GET", "POST"])
@needs(SEE)
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Change one."""
    return _form(request, led(request, community(request, public_id)))


@require_POST
@needs(Permission.EDIT_CONTENT)
def end(request: SignedIn, public_id: str) -> HttpResponse:
    """End one."""
    actions.end(community(request, public_id), by=request.user, at=timezone.now())
    return redirect("communities:index")


@require_GET
@needs(SEE)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """Members with what they do, meetings, posts."""
    at = timezone.now()
    found = community(request, public_id)
    told = queries.lines(request.user, found, at)
    context = {
        "it": found,
        "lines": told,
        "figures": queries.figures(request.user, found, at, told),
        "meetings": queries.meetings(request.user, found)[:12],
        "posts": queries.posts(request.user, found)[:12],
        "askings": queries.asked(request.user, found),
        "may_lead": queries.may_lead(request.user, found) and found.ended_at is None,
        "may_end": request.user.may(Permission.EDIT_CONTENT),
        "may_enter": request.user.may(Permission.RECORD_CONTACT)
        or queries.may_lead(request.user, found),
        "door": shown(request, actions.door_link(found)),
        "today": core.local_date(at),
        "nav": "communities",
    }
    return render(request, "communities/one.html", context)


@require_GET
@needs(SEE)
def rows(request: SignedIn, public_id: str, which: str) -> HttpResponse:
    """The members behind a figure."""
    found = community(request, public_id)
    kind = which if which in KINDS else "all"
    context = {
        "it": found,
        "which": kind,
        "lines": queries.rows(request.user, found, timezone.now(), kind),
        "nav": "communities",
    }
    return render(request, "communities/rows.html", context)


def _form(request: SignedIn, found: Community | None) -> HttpResponse:
    data = request.POST if request.method == "POST" else None
    names = CommunityForm.base_fields
    initial: dict[str, Any] = {name: getattr(found, name) for name in names} if found else {}
    form = CommunityForm(data, viewer=request.user, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            where = _save(request, found, form.cleaned_data)
            return saved(request, where)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    context = {"form": form, "it": found, "nav": "communities"}
    return render(
        request, "communities/form.html", context, status=422 if form.is_bound else 200
    )


def _save(request: SignedIn, found: Community | None, given: dict[str, Any]) -> str:
    by, at = request.user, timezone.now()
    if found is None:
        found = actions.make(by=by, at=at, **given)
    else:
        actions.change(found, by=by, at=at, **given)
    return reverse("communities:one", args=[found.public_id])

"""Members by number and level, and points that wait for a second person."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.models import Wish
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def index(request: SignedIn) -> HttpResponse:
    """Members of the viewer's customers, with what they have."""
    at, asked = timezone.now(), request.GET
    found = queries.listed(
        request.user,
        at,
        text=asked.get("text", "").strip()[:60],
        level=asked.get("level", "")[:24],
        having=asked.get("having", "")[:10],
        after=asked.get("after", "")[:12],
    )
    scale, _months = queries.levels_at(core.local_date(at))
    context = {
        "programme": queries.programme(),
        "rows": found.rows,
        "next": found.next,
        "names": {level.code: queries.name_of(scale, level.code) for level in scale},
        "text": asked.get("text", ""),
        "level": asked.get("level", ""),
        "having": asked.get("having", ""),
        "at": at,
        "nav": "loyalty",
        "tab": "members",
        **_counted(request),
    }
    if request.htmx and asked.get("after"):
        return render(request, "loyalty/_rows.html", context)
    context["tally"] = queries.tally(request.user, at)
    return render(request, "loyalty/index.html", context)


@require_GET
@needs(Permission.SEE_TEAM)
def wishes(request: SignedIn) -> HttpResponse:
    """What waits for approval."""
    context = {
        "rows": queries.wishes(request.user),
        "at": timezone.now(),
        "nav": "loyalty",
        "tab": "wishes",
        **_counted(request),
    }
    return render(request, "loyalty/wishes.html", context)


@require_GET
@needs(Permission.SEE_TEAM)
def wish(request: SignedIn, public_id: str) -> HttpResponse:
    """One of them, to be decided."""
    return _one(request, _wish(request, public_id))


@require_POST
@needs(Permission.SEE_TEAM)
def approve(request: SignedIn, public_id: str) -> HttpResponse:
    """Book it."""
    found = _wish(request, public_id)
    actions.approve(found, by=request.user, at=timezone.now())
    return _decided(request, found)


@require_POST
@needs(Permission.SEE_TEAM)
def decline(request: SignedIn, public_id: str) -> HttpResponse:
    """Say no."""
    found = _wish(request, public_id)
    note = request.POST.get("note", "")[:200]
    try:
        actions.decline(found, note=note, by=request.user, at=timezone.now())
    except BadInput as error:
        return _one(request, found, str(error), status=422)
    return _decided(request, found)


def _one(request: SignedIn, found: Wish, error: str = "", *, status: int = 200) -> HttpResponse:
    context = {
        "wish": found,
        "error": error,
        "is_own": found.asked_by_id == request.user.pk,
        "member": queries.view(request.user, found.customer, timezone.now()),
        "nav": "loyalty",
    }
    return render(request, "loyalty/wish.html", context, status=status)


def _decided(request: SignedIn, found: Wish) -> HttpResponse:
    alone = reverse("loyalty:wish", args=[found.public_id])
    return saved(request, reverse("loyalty:wishes"), alone=alone)


def _wish(request: SignedIn, public_id: str) -> Wish:
    found = queries.wish(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _counted(request: SignedIn) -> dict[str, object]:
    viewer = request.user
    return {
        "decides": viewer.may(Permission.SEE_TEAM),
        "waiting": queries.wishes_waiting(viewer),
        "sees_terms": viewer.may(Permission.SEE_LOYALTY),
    }

"""What the pages of one salon have in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn
from regulars.server.core.rules import Permission
from regulars.server.salons import queries
from regulars.server.salons.models import Guest, Salon
from regulars.server.web.views import refused

NAV = "salons"
# Who greets guests: whoever looks after customers, and whoever runs the salon.
GREETERS = (Permission.RECORD_CONTACT, Permission.RUN_SALONS)
View = Callable[..., HttpResponse]


def plainly(view: View) -> View:
    """Answer with the sentence of what cannot be, where the page has no form to show it in."""

    @wraps(view)
    def told_so(request: SignedIn, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except BadInput as error:
            return refused(request, error)

    return told_so


def the_salon(request: SignedIn, public_id: str) -> Salon:
    found = queries.one(request.user, public_id)
    if found is None:
        # Of another place or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def own_salon(request: SignedIn, public_id: str) -> Salon:
    """A salon that the viewer runs."""
    found = the_salon(request, public_id)
    if not queries.may_run(request.user, found):
        raise PermissionDenied
    return found


def the_guest(request: SignedIn, public_id: str, guest_id: str) -> Guest:
    found = queries.guest(request.user, the_salon(request, public_id), guest_id)
    if found is None:
        raise Http404
    return found


def told(request: SignedIn, salon: Salon, tab: str) -> dict[str, Any]:
    """What the head of every page of a salon needs."""
    return {
        "salon": salon,
        "tab": tab,
        "may_run": queries.may_run(request.user, salon),
        "may_greet": request.user.may(Permission.RECORD_CONTACT)
        or queries.may_run(request.user, salon),
        "nav": NAV,
    }


def drawer(
    request: SignedIn,
    form: Any,
    *,
    title: str,
    words: str = "",
    button: str = "",
    **more: Any,
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {"form": form, "title": title, "words": words, "button": button, "nav": NAV}
    status = 422 if form.is_bound else 200
    return render(request, "salons/form.html", context | more, status=status)


def go(request: SignedIn, where: str) -> HttpResponse:
    """On to another page, from a drawer too."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)

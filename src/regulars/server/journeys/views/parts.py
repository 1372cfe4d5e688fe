"""What the pages of journeys share."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from regulars.server.core.access import SignedIn
from regulars.server.core.models import Person
from regulars.server.journeys import queries
from regulars.server.journeys.models import Journey, Version
from regulars.server.segments import queries as segments

NAV = "journeys"


def the_journey(request: SignedIn, public_id: str) -> Journey:
    found = queries.journey(request.user, public_id)
    if found is None:
        raise Http404
    return found


def the_steered(request: SignedIn, public_id: str) -> Journey:
    """A journey that the viewer may change and hold.

    :raises PermissionDenied: it is somebody else's, and the viewer sees a part of it only.
    """
    found = the_journey(request, public_id)
    if not queries.may_steer(request.user, found):
        raise PermissionDenied
    return found


def the_draft(request: SignedIn, public_id: str) -> Version:
    """The version that is written or waits."""
    found = queries.making(the_journey(request, public_id))
    if found is None:
        raise Http404
    return found


def offered(owner: Person) -> list[tuple[str, str]]:
    """The segments that a journey of an owner may name."""
    return [(each.public_id, str(each)) for each in segments.segments(owner)]


def ask(
    request: SignedIn, form: forms.Form, *, title: str, button: str, **more: Any
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {"form": form, "title": title, "button": button, "nav": NAV, **more}
    status = 422 if form.errors else 200
    return render(request, "journeys/form.html", context, status=status)


def gone(request: SignedIn, where: str) -> HttpResponse:
    """Leave a form that stood in a drawer, or on a page of its own."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)

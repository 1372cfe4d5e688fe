"""What pages of this feature share: a drawer for forms, and what is not there for a viewer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.voice import queries
from regulars.server.voice.models import Invitation, Survey, Version, Wave

Found = TypeVar("Found")


def drawer(
    request: SignedIn, form: Any, *, title: str, words: str = "", button: str = "", **more: Any
) -> HttpResponse:
    """A form in the drawer, or on a page of its own."""
    context = {"form": form, "title": title, "words": words, "button": button, "nav": "surveys"}
    status = 422 if form.is_bound else 200
    return render(request, "voice/form.html", context | more, status=status)


def kept(form: Any, act: Callable[[], object]) -> bool:
    """Whether a form was valid and could be acted on; what is wrong stands on the form."""
    if not (form.is_bound and form.is_valid()):
        return False
    try:
        act()
    except BadInput as error:
        form.add_error(None, str(error))
        return False
    return True


def go(request: SignedIn, where: str) -> HttpResponse:
    """On to another page, from a drawer too."""
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(where)


def the_survey(request: SignedIn, public_id: str) -> Survey:
    return _there(queries.survey(request.user, public_id))


def the_draft(request: SignedIn, public_id: str) -> Version:
    return _there(queries.drafted(the_survey(request, public_id)))


def the_wave(request: SignedIn, public_id: str) -> Wave:
    return _there(queries.wave(request.user, public_id))


def the_invitation(request: SignedIn, public_id: str) -> Invitation:
    return _there(queries.invitation(request.user, public_id))


def the_customer(request: SignedIn, public_id: str) -> Customer:
    return _there(customers.one(request.user, public_id))


def edits(request: SignedIn) -> bool:
    return request.user.may(Permission.EDIT_SURVEYS)


def _there(found: Found | None) -> Found:
    """What is of another scope is as if it were not there."""
    if found is None:
        raise Http404
    return found

"""What the pages of benefits share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from django.http import Http404, HttpResponse
from django.shortcuts import render

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.web.answers import saved

NAV = "rewards"
Thing = TypeVar("Thing")


def the_customer(request: SignedIn, public_id: str) -> Customer:
    return found(customers.one(request.user, public_id))


def found(thing: Thing | None) -> Thing:
    """Of another book or not there at all: the answer must not tell the two apart."""
    if thing is None:
        raise Http404
    return thing


def posted(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def offset(request: SignedIn) -> int:
    given = request.GET.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 7 else 0


def shown(request: SignedIn, tab: str) -> dict[str, Any]:
    """What every page with tabs needs."""
    viewer = request.user
    return {
        "nav": NAV,
        "tab": tab,
        "sees_costs": viewer.may(Permission.SEE_LOYALTY),
        "may_edit": viewer.may(Permission.EDIT_LOYALTY),
        "may_act": viewer.may(Permission.RECORD_CONTACT),
    }


def step(
    request: SignedIn,
    form: Any,
    act: Callable[[dict[str, Any]], object],
    *,
    where: str,
    title: str,
    words: str = "",
    button: str = "",
    name: str = "rewards/form.html",
    **context: Any,
) -> HttpResponse:
    """One form in the drawer: what is typed wrong is said beside it."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
            return saved(request, where)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    told = {"form": form, "title": title, "words": words, "button": button, "nav": NAV}
    status = 422 if form.is_bound else 200
    return render(request, name, told | context, status=status)

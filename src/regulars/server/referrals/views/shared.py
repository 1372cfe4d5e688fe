"""What the pages of referrals share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer
from regulars.server.referrals import queries
from regulars.server.referrals.models import Referral
from regulars.server.web.answers import saved

CLASH = (BadInput, Refused)


def the_referral(request: SignedIn, public_id: str) -> Referral:
    """What is of another scope is as if it were not there."""
    found = queries.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def the_customer(request: SignedIn, public_id: str) -> Customer:
    found = customers.one(request.user, public_id[:12])
    if found is None:
        raise Http404
    return found


def posted(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None


def offset(request: SignedIn) -> int:
    given = request.GET.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 7 else 0


def drawer(
    request: SignedIn,
    form: Any,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    where: str = "",
    words: str = "",
    button: str = "",
    **more: Any,
) -> HttpResponse:
    """A form in the drawer; what is refused is said above its fields."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
        except CLASH as error:
            form.add_error(None, str(error))
        else:
            return saved(request, where or reverse("referrals:index"))
    context = {"form": form, "title": title, "words": words, "button": button,
               "nav": "referrals"}  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "referrals/form.html", context | more, status=status)


def months_of(request: SignedIn) -> int:
    """How many months back the figures of an address go."""
    given = request.GET.get("months", "")
    return int(given) if given in {str(n) for n in queries.SPANS} else 12

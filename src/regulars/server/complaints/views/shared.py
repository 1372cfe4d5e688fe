"""What the pages of cases share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from regulars.base.errors import BadInput, Refused
from regulars.server.complaints import queries
from regulars.server.complaints.models import Case
from regulars.server.core.access import SignedIn
from regulars.server.web.answers import saved


def the_case(request: SignedIn, public_id: str) -> Case:
    found = queries.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def offset(request: SignedIn) -> int:
    given = request.GET.get("from", "")
    return int(given) if given.isdecimal() and len(given) < 7 else 0


def where(request: SignedIn, case: Case) -> str:
    """The page of a case; the desk, where whoever changed it does not see it from now on."""
    if queries.one(request.user, case.public_id) is None:
        return reverse("complaints:index")
    return reverse("complaints:one", args=[case.public_id])


def done(request: SignedIn, case: Case) -> HttpResponse:
    return saved(request, where(request, case))


def go(request: SignedIn, to: str) -> HttpResponse:
    if request.htmx:
        return HttpResponse(status=204, headers={"HX-Redirect": to})
    return redirect(to)


def step(
    request: SignedIn,
    case: Case,
    form: Any,
    act: Callable[[dict[str, Any]], object],
    *,
    title: str,
    words: str = "",
    button: str = "",
) -> HttpResponse:
    """One step of a case in the drawer: what is typed wrong is said beside it."""
    if form.is_bound and form.is_valid():
        try:
            act(form.cleaned_data)
            return done(request, case)
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    context = {
        "form": form, "title": title, "words": words, "button": button, "case": case,
        "nav": "complaints",
    }  # fmt: skip
    status = 422 if form.is_bound else 200
    return render(request, "complaints/form.html", context, status=status)


def posted(request: SignedIn) -> Any:
    return request.POST if request.method == "POST" else None

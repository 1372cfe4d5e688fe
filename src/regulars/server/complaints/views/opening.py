"""A new case: the customer first, or somebody not on file."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from regulars.base.errors import BadInput, Refused
from regulars.server.complaints import actions, queries
from regulars.server.complaints.forms import OpenForm
from regulars.server.complaints.models import Case
from regulars.server.complaints.views.shared import go, posted, where
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.customers.models import Customer

CHOICES = 8


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def new(request: SignedIn) -> HttpResponse:
    """Take a complaint in, in the drawer or on a page of its own."""
    customer, stranger = _of(request), bool(_asked(request, "stranger"))
    context: dict[str, Any] = {"customer": customer, "stranger": stranger}
    context |= {"nav": "complaints", "q": request.GET.get("q", "")}
    if customer is None and not stranger:
        context["found"] = _found(request)
        return render(request, "complaints/new.html", context)
    form = OpenForm(
        posted(request),
        viewer=request.user,
        stranger=stranger,
        initial={"words": _heard(request, customer)},
    )
    if form.is_bound and form.is_valid():
        try:
            made = _open(request, form, customer)
            return go(request, where(request, made))
        except (BadInput, Refused) as error:
            form.add_error(None, str(error))
    context["form"] = form
    if customer is not None:
        known = queries.of_customer(request.user, customer, timezone.now())
        context["known"] = [row for row in known if row.case.is_open]
    status = 422 if form.is_bound else 200
    return render(request, "complaints/new.html", context, status=status)


@require_GET
@needs(Permission.RECORD_CONTACT)
def find(request: SignedIn) -> HttpResponse:
    """Customers, as they are typed; for a new case, or to find whose a case is."""
    context: dict[str, Any] = {"found": _found(request), "q": request.GET.get("q", "")}
    named = request.GET.get("case", "")
    if named:
        context["case"] = queries.one(request.user, named)
    return render(request, "complaints/_found.html", context)


def _open(request: SignedIn, form: OpenForm, customer: Customer | None) -> Case:
    at = timezone.now()
    return actions.open_case(
        customer=customer,
        who=form.cleaned_data["who"],
        phone=form.cleaned_data["phone"],
        book=None if customer else queries.place_of(request.user),
        by=request.user,
        at=at,
        **form.told(at),
    )


def _of(request: SignedIn) -> Customer | None:
    chosen = _asked(request, "customer")
    if not chosen:
        return None
    found = customers.one(request.user, chosen)
    if found is None:
        raise Http404
    return found


def _asked(request: SignedIn, name: str) -> str:
    return request.POST.get(name) or request.GET.get(name, "")


def _heard(request: SignedIn, customer: Customer | None) -> str:
    """The words of the answer, the comment or the contact in which it was said."""
    if customer is None:
        return ""
    if said := request.GET.get("said", ""):
        return queries.words_of(request.user, customer, said)
    return queries.last_said(request.user, customer) if request.GET.get("contact") else ""


def _found(request: SignedIn) -> list[Customer]:
    text = request.GET.get("q", "").strip()
    if not text:
        return []
    ids = customers.find(request.user, text, most=CHOICES)
    known = customers.customers(request.user).in_bulk(ids)
    return [known[pk] for pk in ids if pk in known]

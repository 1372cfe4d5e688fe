"""Ties of a customer: all of them on a page, one in the drawer."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, queries, rules
from regulars.server.customers.forms import TieForm, narrow_picture, picture, role_words
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import SeenTie
from regulars.server.customers.views.file import back_to, the_customer

CHOICES, STEPS = 8, 2


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def ties(request: SignedIn, public_id: str) -> HttpResponse:
    """Whom this customer reaches within two steps: a picture, a table, the ties that ended."""
    customer = the_customer(request, public_id)
    network = queries.network(request.user, customer, steps=STEPS)
    ended = queries.ties(request.user, customer, ended=True)
    context = {
        "customer": customer,
        "network": network,
        "picture": picture(network),
        "narrow": narrow_picture(network),
        "rows": [(node, role_words(node.role)) for node in network.nodes if node.role],
        "ended": [(seen, role_words(seen.role)) for seen in ended],
        "may_edit": request.user.may(Permission.RECORD_CONTACT),
        "at": timezone.now(),
    }
    return render(request, "customers/ties.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_tie(request: SignedIn, public_id: str) -> HttpResponse:
    """Choose somebody by the search box, then say what they are to this customer."""
    customer = the_customer(request, public_id)
    far = queries.one(request.user, request.POST.get("other") or request.GET.get("other", ""))
    if far is None or far.pk == customer.pk:
        return render(request, "customers/add_tie.html", _search(request, customer))
    at = timezone.now()
    form = TieForm(
        request.POST if request.method == "POST" else None,
        near=customer,
        far=far,
        tie=None,
        today=core.local_date(at),
    )
    problem = ""
    if form.is_valid():
        role = rules.role_of(form.cleaned_data["role"])
        assert role is not None  # a choice of the form
        near, end = (far, customer) if role.back else (customer, far)
        try:
            actions.relate(
                near,
                end,
                role.kind,
                since=form.cleaned_data["since"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=at,
            )
        except RegularsError as error:
            problem = str(error)
        else:
            return back_to(request, customer)
    context = {"customer": customer, "far": far, "form": form, "problem": problem}
    status = 422 if form.is_bound else 200
    return render(request, "customers/add_tie.html", context, status=status)


@require_GET
@needs(Permission.RECORD_CONTACT)
def find_tie(request: SignedIn, public_id: str) -> HttpResponse:
    """Customers for the form above, as they are typed."""
    customer = the_customer(request, public_id)
    return render(request, "customers/_found_tie.html", _search(request, customer))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def tie(request: SignedIn, public_id: str, tie_id: str) -> HttpResponse:
    """Change when a tie began or ended, and what is noted about it."""
    customer, seen = _tie(request, public_id, tie_id)
    at = timezone.now()
    form = TieForm(
        request.POST if request.method == "POST" else None,
        near=customer,
        far=seen.far,
        tie=seen.tie,
        today=core.local_date(at),
    )
    problem = ""
    if form.is_valid():
        try:
            actions.change_tie(seen.tie, by=request.user, at=at, **form.cleaned_data)
        except RegularsError as error:
            problem = str(error)
        else:
            return back_to(request, customer)
    context = {
        "customer": customer,
        "seen": seen,
        "words": role_words(seen.role),
        "form": form,
        "problem": problem,
    }
    return render(request, "customers/tie.html", context, status=422 if form.is_bound else 200)


@require_POST
@needs(Permission.RECORD_CONTACT)
def remove_tie(request: SignedIn, public_id: str, tie_id: str) -> HttpResponse:
    """Take away a tie that was a mistake."""
    customer, seen = _tie(request, public_id, tie_id)
    actions.remove_tie(seen.tie, by=request.user, at=timezone.now())
    return back_to(request, customer)


def _search(request: SignedIn, customer: Customer) -> dict[str, object]:
    text = request.GET.get("q", "").strip()
    ids = queries.find(request.user, text, most=CHOICES + 1) if text else []
    found = queries.customers(request.user).filter(pk__in=ids).exclude(pk=customer.pk)
    return {"customer": customer, "q": text, "found": list(found.order_by("name", "pk"))}


def _tie(request: SignedIn, public_id: str, tie_id: str) -> tuple[Customer, SeenTie]:
    customer = the_customer(request, public_id)
    seen = queries.tie(request.user, customer, tie_id)
    if seen is None:
        raise Http404
    return customer, seen

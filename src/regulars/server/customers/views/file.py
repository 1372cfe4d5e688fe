"""The customer page: who it is, and the bricks that other features lay beside."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, bricks, queries, rules
from regulars.server.customers.forms import CustomerForm
from regulars.server.customers.models import Customer
from regulars.server.web.answers import saved


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def page(request: SignedIn, public_id: str) -> HttpResponse:
    return _page(request, the_customer(request, public_id))


@require_POST
@needs(Permission.SEE_PERSONAL)
def reveal(request: SignedIn, public_id: str) -> HttpResponse:
    """Show phone, e-mail and address in full, and write down who looked and what for."""
    customer = the_customer(request, public_id)
    part = "file" if request.POST.get("part") == "file" else "phone"
    fields = rules.PERSONAL if part == "file" else ("phone",)
    reason = request.POST.get("reason", "")
    try:
        actions.reveal(customer, fields, reason=reason, by=request.user, at=timezone.now())
    except BadInput as error:
        return HttpResponse(str(error), status=422, content_type="text/plain; charset=utf-8")
    if not request.htmx:
        return _page(request, customer, revealed=True)
    context = {"customer": customer, "revealed": True, "viewer": request.user}
    if part == "file":
        context |= bricks.file(request.user, customer, timezone.now())
    return render(request, f"customers/_{part}.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def edit(request: SignedIn, public_id: str) -> HttpResponse:
    """Change the file by hand, in the drawer or on a page of its own."""
    customer = the_customer(request, public_id)
    at = timezone.now()
    form = CustomerForm(
        # An empty form is an answer too: unbound it would show the file, and nobody would know.
        request.POST if request.method == "POST" else None,
        customer=customer,
        viewer=request.user,
        today=core.local_date(at),
    )
    if request.method == "POST" and form.is_valid():
        actions.change_customer(customer, by=request.user, at=at, **form.changes())
        return saved(request, reverse("customers:page", args=[customer.public_id]))
    if request.method == "GET" and request.user.may(Permission.SEE_PERSONAL):
        actions.reveal(customer, rules.PERSONAL, reason="edit", by=request.user, at=at)
    context = {"form": form, "customer": customer}
    status = 422 if form.is_bound else 200
    return render(request, "customers/edit.html", context, status=status)


def _page(request: SignedIn, customer: Customer, **more: Any) -> HttpResponse:
    at = timezone.now()
    context = {
        "customer": customer,
        "at": at,
        "age": rules.age(customer.birth_date, core.local_date(at)),
        "may_edit": request.user.may(Permission.RECORD_CONTACT),
        "may_reveal": request.user.may(Permission.SEE_PERSONAL),
    }
    return render(request, "customers/page.html", context | more)


def the_customer(request: SignedIn, public_id: str) -> Customer:
    """The customer of an address, or the answer that tells nothing."""
    found = queries.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found


def back_to(request: SignedIn, customer: Customer) -> HttpResponse:
    """Go to the customer's page, from the drawer too: its address may be the form's own."""
    if request.htmx:
        where = reverse("customers:page", args=[customer.public_id])
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect("customers:page", public_id=customer.public_id)

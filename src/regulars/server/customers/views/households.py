"""The page of a household or group, and who joins and leaves it."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, queries
from regulars.server.customers.forms import WHY, roles_of
from regulars.server.customers.models import Customer, Member
from regulars.server.customers.queries import SeenHousehold
from regulars.server.customers.views.file import the_customer


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def household(request: SignedIn, public_id: str) -> HttpResponse:
    """Who belongs together, who looks after whom, and what they bring together."""
    seen = _household(request, public_id)
    context = {
        "seen": seen,
        "may_edit": request.user.may(Permission.RECORD_CONTACT),
        "at": timezone.now(),
    }
    return render(request, "customers/household.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def join(request: SignedIn, public_id: str) -> HttpResponse:
    """Propose who belongs to the same household; what is ticked is entered."""
    customer = the_customer(request, public_id)
    if request.method == "POST":
        chosen = request.POST.getlist("member")
        found = [queries.one(request.user, each) for each in chosen]
        return _enter(request, customer, [each for each in found if each is not None])
    text = request.GET.get("q", "").strip()
    ids = queries.find(request.user, text, most=8) if text else []
    looked_up = queries.customers(request.user).filter(pk__in=ids, kind=customer.kind)
    proposed = queries.proposals(request.user, customer)
    known = {customer.pk, *(each.customer.pk for each in proposed)}
    context = {
        "customer": customer,
        "seen": queries.household_of(request.user, customer),
        "proposed": [(each.customer, WHY[each.why]) for each in proposed],
        "found": list(looked_up.exclude(pk__in=known).order_by("name", "pk")),
        "q": text,
        "roles": roles_of(customer),
    }
    return render(request, "customers/join.html", context)


@require_POST
@needs(Permission.RECORD_CONTACT)
def leave(request: SignedIn, public_id: str) -> HttpResponse:
    """A member leaves, or leads from now on."""
    customer = the_customer(request, public_id)
    seen = queries.household_of(request.user, customer)
    member = (
        next((m for m in seen.members if m.customer_id == customer.pk), None) if seen else None
    )
    if seen is None or member is None:
        raise Http404
    at = timezone.now()
    if request.POST.get("as") == "head":
        actions.lead_household(member, by=request.user, at=at)
    else:
        actions.leave_household(member, on=core.local_date(at), by=request.user, at=at)
        if len(seen.members) == 1:
            return redirect("customers:page", public_id=public_id)
    return redirect("customers:household", public_id=seen.household.public_id)


def _enter(request: SignedIn, customer: Customer, chosen: list[Customer]) -> HttpResponse:
    at = timezone.now()
    seen = queries.household_of(request.user, customer)
    try:
        kept = seen.household if seen else None
        if kept is None:
            kept = actions.found_household(customer, by=request.user, at=at)
        allowed = dict(roles_of(customer))
        for each in chosen:
            role = request.POST.get(f"role-{each.public_id}", "")
            role = role if role in allowed else Member.Role.OTHER
            actions.join_household(kept, each, role, by=request.user, at=at)
    except RegularsError as error:
        messages.error(request, str(error))
        return redirect("customers:join", public_id=customer.public_id)
    return redirect("customers:household", public_id=kept.public_id)


def _household(request: SignedIn, public_id: str) -> SeenHousehold:
    seen = queries.household(request.user, public_id)
    if seen is None:
        raise Http404
    return seen

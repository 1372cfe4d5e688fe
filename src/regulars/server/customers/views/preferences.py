"""Preferences and tags, in the drawer."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, queries
from regulars.server.customers.forms import PreferenceForm, TagsForm
from regulars.server.customers.views.file import back_to, the_customer


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def note_preference(request: SignedIn, public_id: str) -> HttpResponse:
    """Note what the customer said they prefer."""
    customer = the_customer(request, public_id)
    form = PreferenceForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        at = timezone.now()
        actions.note_preference(customer, by=request.user, at=at, **form.cleaned_data)
        return back_to(request, customer)
    context = {"customer": customer, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "customers/preference.html", context, status=status)


@require_POST
@needs(Permission.RECORD_CONTACT)
def withdraw_preference(request: SignedIn, public_id: str, preference_id: str) -> HttpResponse:
    """The customer prefers it no more."""
    customer = the_customer(request, public_id)
    found = queries.preference(request.user, customer, preference_id)
    if found is None:
        raise Http404
    actions.withdraw_preference(found, by=request.user, at=timezone.now())
    return back_to(request, customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def tags(request: SignedIn, public_id: str) -> HttpResponse:
    """Tick tags that are in use, or type new ones."""
    customer = the_customer(request, public_id)
    form = TagsForm(
        request.POST if request.method == "POST" else None,
        customer=customer,
        used=queries.used_tags(request.user),
    )
    if form.is_valid():
        if form.tags != customer.tags:
            at = timezone.now()
            actions.change_customer(customer, by=request.user, at=at, tags=form.tags)
        return back_to(request, customer)
    context = {"customer": customer, "form": form}
    return render(request, "customers/tags.html", context, status=422 if form.is_bound else 200)

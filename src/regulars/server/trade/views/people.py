"""Drawers of contact persons and of the bargaining profile."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions as customers
from regulars.server.trade import actions, queries
from regulars.server.trade.forms import ContactForm, ProfileForm
from regulars.server.trade.views.opening import (
    back,
    drawer,
    found_or_404,
    organization,
    posted,
)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def add_contact(request: SignedIn, public_id: str) -> HttpResponse:
    """Note who speaks for an organisation."""
    customer = organization(request, public_id)
    at = timezone.now()
    form = ContactForm(posted(request), viewer=request.user, today=core.local_date(at))
    if form.is_valid():
        actions.add_contact(customer, by=request.user, at=at, **form.cleaned_data)
        return back(request, customer)
    return drawer(request, "trade/contact.html", customer, form)


@require_GET
@needs(Permission.RECORD_CONTACT)
def find_person(request: SignedIn, public_id: str) -> HttpResponse:
    """Persons of the viewer for the forms beside, as they are typed."""
    organization(request, public_id)
    text = request.GET.get("person", "").strip()
    found = queries.people_to_link(request.user, text) if text else []
    return render(request, "trade/_found_person.html", {"q": text, "found": found})


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def contact(request: SignedIn, public_id: str, contact_id: str) -> HttpResponse:
    """Change a contact person; that the drawer shows the phone in full is written down."""
    customer = organization(request, public_id)
    known = found_or_404(queries.contact(request.user, customer, contact_id))
    at = timezone.now()
    form = ContactForm(
        posted(request), viewer=request.user, today=core.local_date(at), known=known
    )
    if form.is_valid():
        actions.change_contact(known.contact, by=request.user, at=at, **form.cleaned_data)
        return back(request, customer)
    hidden = [name for name in ("phone", "email") if getattr(known.contact, name)]
    if not form.is_bound and hidden and "phone" in form.fields:
        fields = [f"contact:{known.contact.pk}:{name}" for name in hidden]
        customers.reveal(customer, fields, reason="edit", by=request.user, at=at)
    return drawer(request, "trade/contact.html", customer, form, known=known.contact)


@require_POST
@needs(Permission.RECORD_CONTACT)
def remove(request: SignedIn, public_id: str, contact_id: str) -> HttpResponse:
    """Take away a contact person that was a mistake."""
    customer = organization(request, public_id)
    known = found_or_404(queries.contact(request.user, customer, contact_id))
    actions.remove_contact(known.contact, by=request.user, at=timezone.now())
    return back(request, customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def profile(request: SignedIn, public_id: str) -> HttpResponse:
    """How an organisation bargains."""
    customer = organization(request, public_id)
    known = queries.profile(request.user, customer)
    form = ProfileForm(posted(request), customer=customer, known=known, viewer=request.user)
    if form.is_valid():
        at = timezone.now()
        actions.change_profile(customer, by=request.user, at=at, **form.cleaned_data)
        return back(request, customer)
    return drawer(request, "trade/profile.html", customer, form)

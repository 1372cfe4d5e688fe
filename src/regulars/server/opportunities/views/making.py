"""Opportunities are made: by hand, of a card's reasons, of a contact that showed interest."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.care.queries import card as card_of
from regulars.server.channels.models import Touch
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.forms import NewForm
from regulars.server.opportunities.models import Opportunity
from regulars.server.opportunities.views.opening import (
    drawer,
    go,
    offset,
    the_customer,
    wanted,
    whose,
)
from regulars.server.web.answers import saved

PAGE = 50


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def new(request: SignedIn, public_id: str) -> HttpResponse:
    """Somebody's own idea for a customer."""
    customer, at = the_customer(request, public_id), timezone.now()
    form = NewForm(
        request.POST if request.method == "POST" else None,
        bundles=queries.bundles_for(request.user, customer, at),
        today=core.local_date(at),
    )
    if form.is_bound and form.is_valid():
        given = dict(form.cleaned_data)
        about = actions.About(
            given.pop("product"), given.pop("bundle", None), given.pop("what")
        )
        try:
            made = actions.make(customer, about, by=request.user, at=at, **given)
            return go(request, reverse("opportunities:one", args=[made.public_id]))
        except RegularsError as error:
            form.add_error(None, str(error))
    title = _("Opportunity for %(customer)s") % {"customer": customer}
    return drawer(request, form, title=title, button=_("Keep it"))


@require_POST
@needs(Permission.RECORD_CONTACT)
def of_card(request: SignedIn, card_id: str) -> HttpResponse:
    """One click upon a card: its reason, the product that fits, what is at stake."""
    found = card_of(request.user, card_id)
    if found is None:
        raise Http404
    made = actions.from_card(found, by=request.user, at=timezone.now())
    return _made(request, made)


@require_POST
@needs(Permission.RECORD_CONTACT)
def of_contact(request: SignedIn, touch_id: str) -> HttpResponse:
    """One click upon a contact that showed interest."""
    made = actions.from_touch(_touch(request, touch_id), by=request.user, at=timezone.now())
    return _made(request, made)


@require_POST
@needs(Permission.RECORD_CONTACT)
def leave_alone(request: SignedIn, touch_id: str) -> HttpResponse:
    """Nothing is made of it, and it is not proposed again."""
    actions.leave_alone(_touch(request, touch_id), by=request.user, at=timezone.now())
    return saved(request, reverse("opportunities:signals"))


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def signals(request: SignedIn) -> HttpResponse:
    """Contacts that showed interest and of which nothing was made."""
    at, asked = timezone.now(), wanted(request)
    found = queries.interested(request.user, at, mine=asked.view != queries.PLACE)
    start = offset(request)
    page = list(found[start : start + PAGE + 1])
    context = {
        "rows": page[:PAGE],
        "count": found.count(),
        "next": start + PAGE if len(page) > PAGE else None,
        "at": at,
        **whose(request, asked),
    }
    return render(request, "opportunities/signals.html", context)


def _made(request: SignedIn, made: Opportunity) -> HttpResponse:
    """On a card the link takes the button's place; elsewhere the page opens."""
    if request.htmx and request.headers.get("HX-Target", "").startswith("deal-"):
        return render(request, "opportunities/_made.html", {"it": made})
    return go(request, reverse("opportunities:one", args=[made.public_id]))


def _touch(request: SignedIn, public_id: str) -> Touch:
    found = queries.touch(request.user, public_id)
    if found is None:
        raise Http404
    return found

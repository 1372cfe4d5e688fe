"""A customer's link for whoever looks after them: to hand over, to show, to end."""

from __future__ import annotations

import segno
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.referrals import actions, queries
from regulars.server.referrals.forms import LinkForm, NewForm
from regulars.server.referrals.models import Link
from regulars.server.referrals.views.shared import drawer, posted, the_customer
from regulars.server.web.answers import saved


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def link(request: SignedIn) -> HttpResponse:
    """The link in the drawer: made on the first post, then shown with its words and QR."""
    customer, at = the_customer(request, request.GET.get("customer", "")), timezone.now()
    found = queries.link(request.user, customer)
    where = f"{reverse('referrals:link')}?customer={customer.public_id}"
    if request.method == "POST" and found is None:
        actions.link_of(customer, by=request.user, at=at)
        return redirect(where)
    if found is None:
        context = {"customer": customer, "where": where, "nav": "referrals"}
        return render(request, "referrals/link_new.html", context)
    url = request.build_absolute_uri(reverse("referrals:public", args=[found.token]))
    own = request.build_absolute_uri(reverse("referrals:mine", args=[found.own_token]))
    form = LinkForm(posted(request), link=found)
    if form.is_bound and form.is_valid():
        actions.show(found, **form.cleaned_data, by=request.user, at=at)
        return redirect(where)
    context = {
        "customer": customer,
        "link": found,
        "url": url,
        "own": own,
        "words": queries.invitation(found, url, core.company() or ""),
        "qr": segno.make(url, error="m").svg_data_uri(scale=4, border=2),
        "form": form,
        "where": where,
        "nav": "referrals",
    }
    return render(request, "referrals/link.html", context)


@require_POST
@needs(Permission.RECORD_CONTACT)
def hand(request: SignedIn, public_id: str) -> HttpResponse:
    """The owner was given the link."""
    found = _the_link(request, public_id)
    actions.hand_over(found, by=request.user, at=timezone.now())
    return saved(request, _of(found))


@require_POST
@needs(Permission.RECORD_CONTACT)
def end(request: SignedIn, public_id: str) -> HttpResponse:
    """The link leads nowhere from now on."""
    found = _the_link(request, public_id)
    actions.end_link(found, by=request.user, at=timezone.now())
    return saved(request, reverse("customers:page", args=[found.customer.public_id]))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def new(request: SignedIn) -> HttpResponse:
    """Write down a friend of whom a customer told."""
    customer, at = the_customer(request, request.GET.get("customer", "")), timezone.now()
    hope = queries.hope(request.user, request.GET.get("opportunity", "")[:12])
    form = NewForm(posted(request))
    return drawer(
        request,
        form,
        lambda told: actions.take_in(
            customer, form.friend(), form.word(), by=request.user, at=at,
            book=queries.place(told["place"]) if told["place"] else None,
            opportunity=hope,
        ),
        title=_("A friend of %(customer)s") % {"customer": customer},
        words=_("Take only what the friend agreed to give. Say how you know that they did."),
        button=_("Write it down"),
        where=reverse("opportunities:one", args=[hope.public_id])
        if hope
        else reverse("customers:page", args=[customer.public_id]),
        action=request.get_full_path(),
    )  # fmt: skip


def _the_link(request: SignedIn, public_id: str) -> Link:
    found = queries.link_by_id(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _of(found: Link) -> str:
    return f"{reverse('referrals:link')}?customer={found.customer.public_id}"

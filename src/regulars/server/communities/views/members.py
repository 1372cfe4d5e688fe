"""Members: taken in, called back, noted, let go."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.communities import actions, queries
from regulars.server.communities.forms import CallForm, DeedForm, EnterForm, JoinForm
from regulars.server.communities.models import Member
from regulars.server.communities.views.shared import community, shown
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.web.answers import saved

SEE = Permission.SEE_CUSTOMERS
WORK = (Permission.RECORD_CONTACT, Permission.EDIT_CONTENT)


@require_http_methods(["GET", "POST"])
@needs(*WORK)
def enter(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a customer in by their number."""
    found = community(request, public_id)
    form = EnterForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        number = form.cleaned_data["number"].strip()
        who = customers.customers(request.user).filter(number=number, state="active").first()
        try:
            if who is None:
                raise BadInput(_("You see no customer of this number."))
            actions.enter(
                found, who, agreed=form.cleaned_data["agreed"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            return saved(request, reverse("communities:one", args=[found.public_id]))
        except (BadInput, Refused) as error:
            form.add_error("number", str(error))
    title = _("Take a customer in")
    context = {"form": form, "title": title, "button": _("Take in"), "nav": "communities"}
    return render(
        request, "communities/ask.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@needs(*WORK)
def join(request: SignedIn, public_id: str) -> HttpResponse:
    """Take a customer into a community, from their page."""
    who = customers.one(request.user, public_id)
    if who is None:
        raise Http404
    open_ = list(queries.communities(request.user))
    form = JoinForm(
        request.POST if request.method == "POST" else None,
        choices=[(one.public_id, str(one)) for one in open_],
    )
    if form.is_bound and form.is_valid():
        found = community(request, form.cleaned_data["community"])
        try:
            actions.enter(
                found, who, agreed=form.cleaned_data["agreed"], by=request.user,
                at=timezone.now(),
            )  # fmt: skip
            return saved(request, reverse("customers:page", args=[who.public_id]))
        except (BadInput, Refused) as error:
            form.add_error("community", str(error))
    title = _("Take %(customer)s into a community") % {"customer": who}
    context = {"form": form, "title": title, "button": _("Take in"), "nav": "customers"}
    return render(
        request, "communities/ask.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "POST"])
@needs(*WORK)
def answer(request: SignedIn, public_id: str) -> HttpResponse:
    """What came of the call to somebody who asked to join."""
    asking = queries.askings(request.user).filter(public_id=public_id).first()
    if asking is None:
        raise Http404
    form = CallForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        joined = request.POST.get("joined") == "1"
        try:
            actions.decide(
                asking, joined=joined, by=request.user, at=timezone.now(), **form.cleaned_data
            )
        except Refused as error:
            messages.error(request, str(error))
        return saved(request, reverse("communities:one", args=[asking.community.public_id]))
    context = {"form": form, "asking": asking, "nav": "communities"}
    return render(request, "communities/call.html", context)


@require_GET
@needs(SEE)
def one(request: SignedIn, number: int) -> HttpResponse:
    """A member: what they did, their own page's link, what to note."""
    found = _member(request, number)
    link = shown(request, actions.page_link(found.token))
    context = {
        "member": found,
        "link": link if _may(request) and found.left_on is None else "",
        "presences": found.presences.select_related("meeting").order_by("-meeting__at")[:12],
        "deeds": found.deeds.all()[:12],
        "form": DeedForm(),
        "may": _may(request) and found.left_on is None,
        "nav": "communities",
    }
    return render(request, "communities/member.html", context)


@require_POST
@needs(*WORK)
def leave(request: SignedIn, number: int) -> HttpResponse:
    """They are a member no more."""
    found = _member(request, number)
    how = request.POST.get("how", "") or _("Told us")
    actions.leave(found, how=how, by=request.user, at=timezone.now())
    return saved(request, reverse("communities:one", args=[found.community.public_id]))


@require_POST
@needs(*WORK)
def host(request: SignedIn, number: int) -> HttpResponse:
    """They host it, or do so no more."""
    found = _member(request, number)
    on = request.POST.get("host") == "1"
    actions.set_host(found, host=on, by=request.user, at=timezone.now())
    return saved(request, reverse("communities:one", args=[found.community.public_id]))


@require_POST
@needs(*WORK)
def deed(request: SignedIn, number: int) -> HttpResponse:
    """They brought something."""
    found, form = _member(request, number), DeedForm(request.POST)
    if form.is_valid():
        actions.note_deed(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return saved(request, reverse("communities:one", args=[found.community.public_id]))
    return redirect("communities:one-member", found.pk)


def _may(request: SignedIn) -> bool:
    return any(request.user.may(each) for each in WORK)


def _member(request: SignedIn, number: int) -> Member:
    found = queries.member(request.user, number)
    if found is None:
        raise Http404
    return found

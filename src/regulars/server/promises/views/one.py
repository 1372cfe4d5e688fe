"""One promise: made, kept, withdrawn."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.promises import actions, queries
from regulars.server.promises.forms import PromiseForm, WithdrawForm
from regulars.server.promises.models import Promise
from regulars.server.web.answers import saved


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def make(request: SignedIn, public_id: str) -> HttpResponse:
    """Promise something to a customer."""
    customer = customers.one(request.user, public_id)
    if customer is None:
        raise Http404
    at = timezone.now()
    form = PromiseForm(request.POST if request.method == "POST" else None, at=at)
    if form.is_bound and form.is_valid():
        actions.make(customer, by=request.user, at=at, **form.told())
        return saved(request, reverse("customers:page", args=[customer.public_id]))
    context = {"form": form, "customer": customer, "nav": "promises"}
    return render(request, "promises/make.html", context, status=422 if form.is_bound else 200)


@require_GET
@needs(Permission.RECORD_CONTACT)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """A promise with what became of it, and the form to withdraw it."""
    return _one(request, _promise(request, public_id), WithdrawForm())


@require_POST
@needs(Permission.RECORD_CONTACT)
def keep(request: SignedIn, public_id: str) -> HttpResponse:
    """It is done."""
    promise = _promise(request, public_id)
    note = request.POST.get("note", "")[:300]
    actions.keep(promise, by=request.user, at=timezone.now(), note=note)
    return _done(request, promise)


@require_POST
@needs(Permission.RECORD_CONTACT)
def reopen(request: SignedIn, public_id: str) -> HttpResponse:
    """Take back a click of a moment ago."""
    promise = _promise(request, public_id)
    actions.reopen(promise, by=request.user, at=timezone.now())
    return _done(request, promise)


@require_POST
@needs(Permission.RECORD_CONTACT)
def withdraw(request: SignedIn, public_id: str) -> HttpResponse:
    """Take it back, with the reason."""
    promise = _promise(request, public_id)
    form = WithdrawForm(request.POST)
    if form.is_valid():
        try:
            actions.withdraw(
                promise, by=request.user, at=timezone.now(), reason=form.cleaned_data["reason"]
            )
            return _done(request, promise)
        except BadInput as error:
            form.add_error("reason", str(error))
    return _one(request, promise, form)


def _one(request: SignedIn, promise: Promise, form: WithdrawForm) -> HttpResponse:
    at = timezone.now()
    decided = promise.decided_at
    mine = promise.decided_by_id == request.user.pk
    context = {
        "promise": promise,
        "form": form,
        "can_undo": bool(mine and decided and decided >= at - actions.UNDO),
        "at": at,
        "nav": "promises",
    }
    return render(request, "promises/one.html", context, status=422 if form.is_bound else 200)


def _done(request: SignedIn, promise: Promise) -> HttpResponse:
    alone = reverse("promises:one", args=[promise.public_id])
    return saved(request, reverse("promises:index"), alone=alone)


def _promise(request: SignedIn, public_id: str) -> Promise:
    found = queries.one(request.user, public_id)
    if found is None:
        # Of another book or not there at all: the answer must not tell the two apart.
        raise Http404
    return found

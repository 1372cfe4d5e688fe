"""Receivers of events: add, switch, test, and what became of each delivery."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from regulars.base.errors import RegularsError
from regulars.server.administration import forms, queries, rules
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.models import Webhook
from regulars.server.core.rules import Permission
from regulars.server.core.webhooks import actions

NAV = "administration-keys"  # one entry of the side bar for both


@require_safe
@needs(Permission.ADMINISTER)
def webhooks(request: SignedIn) -> HttpResponse:
    context = {
        "nav": NAV,
        "rows": queries.webhooks(request.user),
        "hosts": queries.allowed_hosts(),
        "at": timezone.now(),
    }
    return render(request, "administration/webhooks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def add(request: SignedIn) -> HttpResponse:
    form = forms.WebhookForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_webhook(**form.cleaned_data, by=request.user, at=timezone.now())
        except RegularsError as error:
            form.refuse(error)
        else:
            return _with_secret(request, made, actions.secret_of(made))
    context = {"nav": NAV, "form": form, "hosts": queries.allowed_hosts()}
    status = 422 if form.errors else 200
    return render(request, "administration/webhook.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.ADMINISTER)
def webhook(request: SignedIn, key: str) -> HttpResponse:
    """One receiver: its form, its switch, its deliveries."""
    found = _webhook(request, key)
    before = {name: getattr(found, name) for name in ("name", "url", "types")}
    form = forms.WebhookForm(request.POST or None, initial=before)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_webhook(
                found, **form.cleaned_data, by=request.user, at=timezone.now()
            )
        except RegularsError as error:
            form.refuse(error)
        else:
            messages.success(request, _("Saved."))
            return redirect("administration:webhook", key=key)
    return _page(request, _webhook(request, key), form)


@require_POST
@needs(Permission.ADMINISTER)
def switch(request: SignedIn, key: str) -> HttpResponse:
    found = _webhook(request, key)
    wanted = request.POST.get("is_active") == "1"
    try:
        actions.change_webhook(found, is_active=wanted, by=request.user, at=timezone.now())
    except RegularsError:
        messages.error(request, _not_listed())
    return redirect("administration:webhook", key=key)


@require_POST
@needs(Permission.ADMINISTER)
def test(request: SignedIn, key: str) -> HttpResponse:
    try:
        actions.send_test(_webhook(request, key), by=request.user, at=timezone.now())
        messages.success(request, _("A test is on its way. It stands first in the list below."))
    except RegularsError:
        messages.error(request, _not_listed())
    return redirect("administration:webhook", key=key)


@require_POST
@needs(Permission.ADMINISTER)
def renew(request: SignedIn, key: str) -> HttpResponse:
    """Sign with another secret; the answer shows it once."""
    found = _webhook(request, key)
    secret = actions.renew_secret(found, by=request.user, at=timezone.now())
    return _with_secret(request, found, secret)


@require_POST
@needs(Permission.ADMINISTER)
def remove(request: SignedIn, key: str) -> HttpResponse:
    found = _webhook(request, key)
    actions.remove_webhook(found, by=request.user, at=timezone.now())
    messages.success(request, _("“%(name)s” is told nothing any more.") % {"name": found})
    return redirect("administration:webhooks")


@require_POST
@needs(Permission.ADMINISTER)
def again(request: SignedIn, key: str, delivery: str) -> HttpResponse:
    found = queries.delivery(request.user, _webhook(request, key), delivery)
    if found is None:
        raise Http404
    try:
        actions.try_again(found, by=request.user, at=timezone.now())
        messages.success(request, _("The event is on its way again."))
    except actions.NotWaiting:
        messages.info(request, _("The event has arrived already."))
    return redirect("administration:webhook", key=key)


def _page(request: SignedIn, found: Webhook, form: forms.WebhookForm) -> HttpResponse:
    window = rules.Window.of(request.GET.get("page", "1"))
    state = request.GET.get("state", "")
    rows = list(
        queries.delivery_lines(request.user, found, state=state)[window.start : window.stop]
    )
    context = {
        "nav": NAV,
        "webhook": found,
        "form": form,
        "rows": [queries.told(row) for row in rows[: rules.ROWS]],
        "next_page": window.next_page if len(rows) > rules.ROWS else None,
        "state": state,
        "states": [("", pgettext("deliveries", "All")), *queries.DELIVERY_STATES],
        "hosts": queries.allowed_hosts(),
    }
    part = window.start > 0 and request.htmx
    template = "administration/_delivery_rows.html" if part else "administration/webhook.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _with_secret(request: SignedIn, found: Webhook, secret: str) -> HttpResponse:
    context = {"nav": NAV, "webhook": found, "secret": secret}
    shown = render(request, "administration/webhook_secret.html", context)
    shown["Cache-Control"] = "no-store"
    return shown


def _webhook(request: SignedIn, key: str) -> Webhook:
    found = queries.webhook(request.user, key)
    if found is None:
        raise Http404
    return found


def _not_listed() -> str:
    return _("Its host is not on the list of receivers, so nothing is sent there.")

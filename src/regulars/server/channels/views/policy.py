"""May we, and why not; what the company set; notices; the do-not-contact list."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.channels import actions, queries
from regulars.server.channels.forms.policy import AskForm, ListForm, WordingForm
from regulars.server.channels.forms.settings import PolicyForm
from regulars.server.channels.rules.packs import SWITCHES, BadPack
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers

FOUND = 8
SHOWN = 200


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def ask(request: SignedIn) -> HttpResponse:
    """Answer for one customer, way, purpose and moment; looking writes nothing."""
    at, q = timezone.now(), request.GET.get("q", "").strip()
    form = AskForm(request.GET, at=at, zone=core.time_zone())
    customer = customers.one(request.user, request.GET.get("customer", ""))
    context: dict[str, Any] = {"form": form, "customer": customer, "q": q, "at": at}
    if q:
        keys = customers.find(request.user, q, most=FOUND)
        context["found"] = list(customers.customers(request.user).filter(pk__in=keys))
    if customer is not None and form.is_valid():
        context["answer"] = queries.told(queries.context(customer, form.ask()))
    return render(request, "channels/ask.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_POLICY)
def policy(request: SignedIn) -> HttpResponse:
    """The pack in force, what the company made stricter, and the versions of both."""
    at = timezone.now()
    today = core.local_date(at)
    now = queries.company_policy(on=today)
    form = PolicyForm(
        request.POST if request.method == "POST" else None,
        policy=now,
        packs=queries.choices(),
        today=today,
    )
    if form.is_valid():
        form.loosens(queries.loosened(form.body()))
    if form.is_valid() and _put_in_force(request, form, at=at):
        return redirect("channels:policy")
    law = queries.told_law(form["home"].value() or "")
    context = {
        "form": form,
        "policy": now,
        "packs": queries.told_packs(),
        "law": law,
        "switches": [(form[n], law is not None and getattr(law.pack, n)) for n in SWITCHES],
        "versions": queries.policy_versions(on=today),
    }
    status = 422 if form.is_bound else 200
    return render(request, "channels/policy.html", context, status=status)


def _put_in_force(request: SignedIn, form: PolicyForm, *, at: datetime) -> bool:
    day = form.cleaned_data["effective_on"]
    try:
        actions.set_policy(form.body(), by=request.user, at=at, effective_on=day)
    except BadPack as no:
        form.add_error(None, str(no))
        return False
    now = _("The policy is in force.")
    messages.success(request, now if day == form.today else _("The policy is planned."))
    return True


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_POLICY)
def wordings(request: SignedIn) -> HttpResponse:
    """Notices by purpose and version; publishing the next one."""
    at = timezone.now()
    last = queries.wording(request.GET.get("after", ""), at=at)
    form = WordingForm(
        request.POST if request.method == "POST" else None, initial=queries.terms(last)
    )
    if request.method == "POST" and form.is_valid():
        made = actions.publish_wording(**form.cleaned_data, by=request.user, at=at)
        said = (
            _("The notice is published; earlier consents must be renewed.")
            if made.renewal
            else _("The notice is published; earlier consents stay.")
        )
        messages.success(request, said)
        return redirect("channels:wordings")
    context = {"form": form, "wordings": queries.counted_wordings()}
    status = 422 if form.is_bound else 200
    return render(request, "channels/wordings.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_POLICY)
def suppressions(request: SignedIn) -> HttpResponse:
    """The do-not-contact list; adding to it."""
    posted = request.method == "POST"
    form = ListForm(request.POST if posted else None, request.FILES if posted else None)
    context: dict[str, Any] = {"form": form}
    if posted and form.is_valid():
        context["listed"] = actions.suppress(
            form.values(),
            source=form.cleaned_data["source"],
            reason=form.cleaned_data["reason"],
            by=request.user,
            at=timezone.now(),
        )
        context["form"] = ListForm()
    standing = queries.suppressions()
    context |= {"rows": list(standing[:SHOWN]), "count": standing.count()}
    status = 422 if posted and "listed" not in context else 200
    return render(request, "channels/suppressions.html", context, status=status)


@require_POST
@needs(Permission.EDIT_POLICY)
def lift(request: SignedIn) -> HttpResponse:
    """Take an address off the list."""
    entry = request.POST.get("entry", "")
    found = queries.suppression(int(entry)) if entry.isdecimal() and len(entry) < 18 else None
    if found is None:
        raise Http404
    actions.lift(
        found, reason=request.POST.get("reason", ""), by=request.user, at=timezone.now()
    )
    count = queries.suppressions().count()
    messages.success(
        request,
        ngettext("%(n)s address is left on the list.", "%(n)s addresses are left on the list.",
                 count) % {"n": count},
    )  # fmt: skip
    return redirect("channels:suppressions")

"""The file's trust: still true, take this value, and the rules behind both."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import bricks
from regulars.server.customers.actions import provenance, quality
from regulars.server.customers.bricks import values
from regulars.server.customers.bricks.quality import trust
from regulars.server.customers.forms.quality import RulesForm
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import quality as reads
from regulars.server.customers.views.file import the_customer


@require_POST
@needs(Permission.RECORD_CONTACT)
def confirm(request: SignedIn, public_id: str) -> HttpResponse:
    """The file is still true."""
    customer = the_customer(request, public_id)
    at = timezone.now()
    quality.confirm(customer, by=request.user, at=at)
    if not request.htmx:
        return redirect("customers:page", public_id=public_id)
    context = trust(request.user, customer, at) or {}
    return render(request, "customers/_trust.html", context | {"just": True})


@require_POST
@needs(Permission.RECORD_CONTACT)
def take(request: SignedIn, public_id: str, seen_id: str) -> HttpResponse:
    """Let what another source says stand."""
    customer = the_customer(request, public_id)
    seen = reads.seen_value(request.user, customer, int(seen_id))
    if seen is None:
        raise Http404
    changed = provenance.take(seen, by=request.user, at=timezone.now())
    return _file(request, changed)


@require_POST
@needs(Permission.RECORD_CONTACT)
def take_back(request: SignedIn, public_id: str, field: str) -> HttpResponse:
    """Undo a taking."""
    customer = the_customer(request, public_id)
    if field not in values.FIELDS:
        raise Http404
    try:
        customer = provenance.take_back(customer, field, by=request.user, at=timezone.now())
    except provenance.NothingTaken:
        messages.warning(
            request, _("This value was changed since. There is nothing to take back.")
        )
    return _file(request, customer)


@require_http_methods(["GET", "POST"])
@needs(Permission.ADMINISTER)
def rules(request: SignedIn) -> HttpResponse:
    """What files are asked for, whose value wins, how long a file stays fresh."""
    at = timezone.now()
    form = RulesForm(
        request.POST if request.method == "POST" else None,
        settings=core.settings_of_company(),
    )
    if form.is_valid():
        quality.set_rules(by=request.user, at=at, **form.changes())
        messages.success(request, _("Saved. Every file was measured anew."))
        return redirect("customers:file-rules")
    groups = [
        (_("Of a person"), form.persons()),
        (_("Of an organisation"), form.organizations()),
    ]
    context = {"form": form, "groups": groups, "at": at}
    status = 422 if form.is_bound else 200
    return render(request, "customers/file_rules.html", context, status=status)


def _file(request: SignedIn, customer: Customer) -> HttpResponse:
    if not request.htmx:
        return redirect("customers:page", public_id=customer.public_id)
    context = {"customer": customer, "viewer": request.user}
    context |= bricks.file(request.user, customer, timezone.now())
    return render(request, "customers/_file.html", context)

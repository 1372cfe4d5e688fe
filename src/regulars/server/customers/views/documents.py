"""Files of a customer: brought, taken out with a note in the trail, thrown away."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import actions, queries, rules
from regulars.server.customers.forms import DocumentForm
from regulars.server.customers.models import Customer, Document
from regulars.server.customers.views.file import the_customer


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def attach(request: SignedIn, public_id: str) -> HttpResponse:
    """Attach a file to the customer's."""
    customer = the_customer(request, public_id)
    bound = request.method == "POST"
    form = DocumentForm(request.POST, request.FILES) if bound else DocumentForm()
    problem = ""
    if bound and form.is_valid():
        brought = form.cleaned_data["file"]
        try:
            # One byte more than is kept, so that a larger one is refused and not cut.
            actions.attach(
                customer,
                brought.read(rules.LARGEST + 1),
                name=brought.name,
                kind=form.cleaned_data["kind"],
                note=form.cleaned_data["note"],
                by=request.user,
                at=timezone.now(),
            )
        except RegularsError as error:
            problem = str(error)
        else:
            return redirect("customers:page", public_id=public_id)
    context = {"customer": customer, "form": form, "problem": problem}
    return render(request, "customers/attach.html", context, status=422 if bound else 200)


@require_POST
@needs(Permission.SEE_PERSONAL)
def take_document(request: SignedIn, public_id: str, document_id: str) -> HttpResponse:
    """Hand a file out as an attachment, never shown in place, and write it down."""
    _customer, document = _document(request, public_id, document_id)
    try:
        content = actions.hand_out(document, by=request.user, at=timezone.now())
    except RegularsError as error:
        messages.error(request, str(error))
        return redirect("customers:page", public_id=public_id)
    answer = HttpResponse(content, content_type=rules.type_of(document.ending))
    answer["Content-Disposition"] = content_disposition_header(True, document.name) or ""
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
@needs(Permission.RECORD_CONTACT)
def discard_document(request: SignedIn, public_id: str, document_id: str) -> HttpResponse:
    """Throw a file away for good."""
    _customer, document = _document(request, public_id, document_id)
    actions.discard_document(document, by=request.user, at=timezone.now())
    return redirect("customers:page", public_id=public_id)


def _document(request: SignedIn, public_id: str, document_id: str) -> tuple[Customer, Document]:
    customer = the_customer(request, public_id)
    found = queries.document(request.user, customer, document_id)
    if found is None:
        raise Http404
    return customer, found

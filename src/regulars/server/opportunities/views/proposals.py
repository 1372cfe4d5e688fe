"""Proposals: put together, sent, answered, printed."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import actions, queries
from regulars.server.opportunities.forms import AnswerForm, PartForm, ProposalForm, SendForm
from regulars.server.opportunities.models import Part, Proposal
from regulars.server.opportunities.views.opening import (
    drawer,
    go,
    the_opportunity,
    the_proposal,
)
from regulars.server.web.answers import saved


@require_POST
@needs(Permission.RECORD_CONTACT)
def start_proposal(request: SignedIn, public_id: str) -> HttpResponse:
    """The draft that there is, else a new version with what is known."""
    found = the_opportunity(request, public_id)
    made = actions.start_proposal(found, by=request.user, at=timezone.now())
    return go(request, _where(made))


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def proposal(request: SignedIn, public_id: str) -> HttpResponse:
    """One version with its parts; a draft can be changed."""
    found, at = the_proposal(request, public_id), timezone.now()
    may = request.user.may(Permission.RECORD_CONTACT)
    whole = queries.whole(request.user, found)
    context = {
        "whole": whole,
        "it": found,
        "unfit": queries.unfit_parts(whole, at) if found.is_draft else [],
        "versions": queries.versions(request.user, found.opportunity),
        "may_change": may and found.is_draft,
        "may_answer": may and found.state == Proposal.State.SENT,
        "may_renew": may and not found.is_draft and found.opportunity.is_open,
        "at": at,
        "nav": "opportunities",
    }
    return render(request, "opportunities/proposal.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def print_proposal(request: SignedIn, public_id: str) -> HttpResponse:
    """As it is handed over: a page for paper, or for a PDF by the browser."""
    found = the_proposal(request, public_id)
    whole = queries.whole(request.user, found)
    context = {
        "whole": whole,
        "it": found,
        "company": core.company(),
        "risks": queries.risks(whole.offers),
        "by": found.sent_by or found.made_by,
        "at": timezone.now(),
    }
    return render(request, "opportunities/print.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def change_proposal(request: SignedIn, public_id: str) -> HttpResponse:
    """Title and words."""
    found = the_proposal(request, public_id)
    form = ProposalForm(request.POST if request.method == "POST" else None, of=found)
    if form.is_bound and form.is_valid():
        try:
            actions.change_proposal(
                found, by=request.user, at=timezone.now(), **form.cleaned_data
            )
            return saved(request, _where(found))
        except BadInput as error:
            form.add_error(None, str(error))
    return drawer(request, form, title=_("Title and words"))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def part(request: SignedIn, public_id: str, part_id: str = "", kind: str = "") -> HttpResponse:
    """A need, an offer, or words."""
    found, at = the_proposal(request, public_id), timezone.now()
    known = _part(request, found, part_id) if part_id else None
    of = known.kind if known else kind
    if of not in Part.Kind.values:
        raise Http404
    form = PartForm(
        request.POST if request.method == "POST" else None,
        kind=of, part=known, bundles=queries.bundles_for(request.user, found.customer, at),
    )  # fmt: skip
    if form.is_bound and form.is_valid():
        try:
            actions.put_part(
                found, kind=of, part=known, by=request.user, at=at, **form.cleaned_data
            )
            return saved(request, _where(found))
        except RegularsError as error:
            form.add_error(None, str(error))
    drop = (
        reverse("opportunities:drop-part", args=[found.public_id, known.public_id])
        if known and found.is_draft
        else ""
    )
    return drawer(request, form, title=str(Part.Kind(of).label), drop=drop)


@require_POST
@needs(Permission.RECORD_CONTACT)
def drop_part(request: SignedIn, public_id: str, part_id: str) -> HttpResponse:
    found = the_proposal(request, public_id)
    known = _part(request, found, part_id)
    actions.drop_part(known, by=request.user, at=timezone.now())
    return saved(request, _where(found))


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def send(request: SignedIn, public_id: str) -> HttpResponse:
    """It went out; from now on it stays as it is."""
    found = the_proposal(request, public_id)
    form = SendForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.send(found, by=request.user, at=timezone.now(), **form.cleaned_data)
            return saved(request, _where(found))
        except RegularsError as error:
            form.add_error(None, str(error))
    words = _("Version %(n)s stays as it is from then on. Changes go into a new version.")
    return drawer(
        request, form, title=_("Sent to the customer"), button=_("It was sent"),
        words=words % {"n": found.version},
    )  # fmt: skip


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT)
def answer(request: SignedIn, public_id: str) -> HttpResponse:
    """What the customer said to it."""
    found = the_proposal(request, public_id)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        actions.answer(found, by=request.user, at=timezone.now(), **form.cleaned_data)
        return saved(request, _where(found))
    words = _("The opportunity stays open until you say that it is won or lost.")
    return drawer(request, form, title=_("The customer's answer"), words=words)


def _part(request: SignedIn, found: Proposal, part_id: str) -> Part:
    known = queries.part(request.user, found, part_id)
    if known is None:
        raise Http404
    return known


def _where(found: Proposal) -> str:
    return reverse("opportunities:proposal", args=[found.public_id])

"""The rule with its versions, and what the company sets."""

from __future__ import annotations

from django.contrib import messages
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
from regulars.server.referrals.forms import EndForm, PolicyForm, TermsForm
from regulars.server.referrals.models import Terms
from regulars.server.referrals.views.shared import CLASH, drawer, posted

editing = needs(Permission.EDIT_LOYALTY)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.SEE_LOYALTY, Permission.EDIT_LOYALTY)
def rules(request: SignedIn) -> HttpResponse:
    """Every version of the rule, and the settings."""
    at = timezone.now()
    may_edit = request.user.may(Permission.EDIT_LOYALTY)
    form = PolicyForm(posted(request) if may_edit else None, policy=queries.policy())
    if form.is_bound and form.is_valid():
        actions.set_policy(form.policy(), by=request.user, at=at)
        messages.success(request, _("Saved. Clocks that run keep their time."))
        return redirect("referrals:rules")
    day = core.local_date(at)
    context = {
        "form": form,
        "rows": [
            (each, queries.of_side(each, "referrer"), queries.of_side(each, "friend"))
            for each in queries.versions()
        ],
        "standing": queries.in_force(day),
        "drafted": queries.drafted(),
        "may_edit": may_edit,
        "today": day,
        "nav": "referral-rules",
    }
    status = 422 if form.is_bound else 200
    return render(request, "referrals/rules.html", context, status=status)


@require_http_methods(["GET", "POST"])
@editing
def draft(request: SignedIn) -> HttpResponse:
    """Write the next version; a draft is written over."""
    at = timezone.now()
    before = queries.drafted() or queries.in_force(core.local_date(at))
    form = TermsForm(posted(request), terms=before, soonest=actions.soonest(at=at), at=at)
    return drawer(
        request,
        form,
        lambda told: actions.draft(**form.values(), by=request.user, at=at),
        title=_("The next version of the rule"),
        words=_("Nobody reads it before it is adopted. Friends who came before keep theirs."),
        button=_("Keep the draft"),
        where=reverse("referrals:rules"),
    )


@require_POST
@editing
def adopt(request: SignedIn, public_id: str) -> HttpResponse:
    found = _the_terms(public_id)
    try:
        actions.adopt(found, by=request.user, at=timezone.now())
        messages.success(request, _("Adopted."))
    except CLASH as error:
        messages.error(request, str(error))
    return redirect("referrals:rules")


@require_POST
@editing
def discard(request: SignedIn, public_id: str) -> HttpResponse:
    found = _the_terms(public_id)
    try:
        actions.discard(found, by=request.user, at=timezone.now())
    except CLASH as error:
        messages.error(request, str(error))
    return redirect("referrals:rules")


@require_http_methods(["GET", "POST"])
@editing
def end(request: SignedIn, public_id: str) -> HttpResponse:
    """Let the rule end on a day that lies ahead."""
    found, at = _the_terms(public_id), timezone.now()
    return drawer(
        request,
        EndForm(posted(request)),
        lambda told: actions.end(found, **told, by=request.user, at=at),
        title=_("End the rule"),
        words=_("Friends who come before that day keep it."),
        where=reverse("referrals:rules"),
    )


def _the_terms(public_id: str) -> Terms:
    found = queries.terms(public_id)
    if found is None:
        raise Http404
    return found

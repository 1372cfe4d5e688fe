"""One rule of earning: drafted, tried on what happened, put in force, ended."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.loyalty import actions, queries
from regulars.server.loyalty.forms import EndForm, RuleForm
from regulars.server.loyalty.models import EarningRule


@require_GET
@needs(Permission.SEE_LOYALTY)
def rule(request: SignedIn, public_id: str) -> HttpResponse:
    """The terms of one version, and what they would have given in the last days."""
    found, at = _rule(request, public_id), timezone.now()
    context = {
        "rule": found,
        "try": queries.preview(request.user, found, at),
        "soonest": actions.soonest(found, at=at),
        "end": EndForm(earliest=actions.soonest(found, at=at)),
        "may_edit": request.user.may(Permission.EDIT_LOYALTY),
        "at": at,
        "nav": "loyalty",
    }
    return render(request, "loyalty/rule.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_LOYALTY)
def new_rule(request: SignedIn) -> HttpResponse:
    """Write a rule."""
    return _written(request, None)


@require_http_methods(["GET", "HEAD", "POST"])
@needs(Permission.EDIT_LOYALTY)
def change_rule(request: SignedIn, public_id: str) -> HttpResponse:
    """Write the next version of a rule, or write its draft over."""
    return _written(request, _rule(request, public_id))


@require_POST
@needs(Permission.EDIT_LOYALTY)
def adopt(request: SignedIn, public_id: str) -> HttpResponse:
    """Put a draft in force."""
    found = actions.adopt(_rule(request, public_id), by=request.user, at=timezone.now())
    messages.success(
        request,
        _("“%(rule)s” holds from %(day)s on.") % {"rule": found, "day": found.valid_from},
    )
    return redirect("loyalty:programme")


@require_POST
@needs(Permission.EDIT_LOYALTY)
def end(request: SignedIn, public_id: str) -> HttpResponse:
    """Let a rule end."""
    found, at = _rule(request, public_id), timezone.now()
    form = EndForm(request.POST, earliest=actions.soonest(found, at=at))
    if not form.is_valid():
        raise BadInput(_("Name the day from which the rule no longer holds."))
    actions.end(found, on=form.cleaned_data["on"], by=request.user, at=at)
    return redirect("loyalty:programme")


@require_POST
@needs(Permission.EDIT_LOYALTY)
def discard(request: SignedIn, public_id: str) -> HttpResponse:
    """Throw a draft away."""
    actions.discard(_rule(request, public_id), by=request.user, at=timezone.now())
    return redirect("loyalty:programme")


def _written(request: SignedIn, found: EarningRule | None) -> HttpResponse:
    at = timezone.now()
    standing = found if found and found.state == EarningRule.State.IN_FORCE else None
    data = request.POST if request.method == "POST" else None
    form = RuleForm(data, found=found, earliest=actions.soonest(standing, at=at))
    if form.is_bound and form.is_valid():
        code = found.code if found else ""
        try:
            made = actions.draft(code=code, by=request.user, at=at, **form.terms())
        except (BadInput, Refused) as error:
            form.add_error("kind", str(error))
        else:
            return redirect("loyalty:rule", made.public_id)
    context = {"form": form, "rule": found, "nav": "loyalty"}
    return render(
        request, "loyalty/rule_form.html", context, status=422 if form.is_bound else 200
    )


def _rule(request: SignedIn, public_id: str) -> EarningRule:
    found = queries.rule(request.user, public_id)
    if found is None:
        raise Http404
    return found

"""Answered, closed, called back, opened again."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_http_methods

from regulars.server.complaints import actions, queries
from regulars.server.complaints.forms import AnswerForm, CallForm, CloseForm, ReasonForm
from regulars.server.complaints.views.shared import posted, step, the_case
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission

record = needs(Permission.RECORD_CONTACT)


@require_http_methods(["GET", "POST"])
@record
def answer(request: SignedIn, public_id: str) -> HttpResponse:
    """What the customer is told; it begins with the company's own words."""
    case, at = the_case(request, public_id), timezone.now()
    text = case.answer or queries.template_of(case, at)
    return step(
        request,
        case,
        AnswerForm(posted(request), initial={"text": text}),
        lambda typed: actions.answer(case, text=typed["text"], by=request.user, at=at),
        title=_("Answer to %(who)s") % {"who": case.called},
        words=_(
            "Before it is kept it is looked through: the ways that stay open (review, "
            "mediation, arbitration, court), and words that nobody may say. Send it by letter, "
            "e-mail or WeCom, or read it out; then keep it here."
        ),
        button=_("The customer has it: keep it"),
    )


@require_http_methods(["GET", "POST"])
@record
def close(request: SignedIn, public_id: str) -> HttpResponse:
    """What came of it."""
    case = the_case(request, public_id)
    form = CloseForm(posted(request), answered=case.answered_at is not None)
    return step(
        request,
        case,
        form,
        lambda typed: actions.close(case, **typed, by=request.user, at=timezone.now()),
        title=_("Close complaint %(number)s") % {"number": case.number},
        words=""
        if case.answered_at
        else _("Without an answer it can only be closed if the customer withdrew it."),
        button=_("Close the complaint"),
    )


@require_http_methods(["GET", "POST"])
@record
def call(request: SignedIn, public_id: str) -> HttpResponse:
    """What the customer says afterwards, to somebody who did not handle it."""
    case = the_case(request, public_id)
    form = CallForm(posted(request))

    def act(typed: dict[str, Any]) -> None:
        at = timezone.now()
        actions.call_back(
            case, is_content=form.is_content(), note=typed["note"], by=request.user, at=at
        )
        if typed["again"]:
            actions.reopen(case, reason=typed["note"], by=request.user, at=at)

    return step(
        request,
        case,
        form,
        act,
        title=_("Call %(who)s back") % {"who": case.called},
        words=_(
            "Say that you did not handle it. Ask whether it is settled, and listen. Where "
            "something is left, open it again and name the ways of review and mediation."
        ),
        button=_("Keep what was said"),
    )


@require_http_methods(["GET", "POST"])
@record
def reopen(request: SignedIn, public_id: str) -> HttpResponse:
    """Something is left."""
    case = the_case(request, public_id)
    return step(
        request,
        case,
        ReasonForm(posted(request)),
        lambda typed: actions.reopen(
            case, reason=typed["reason"], by=request.user, at=timezone.now()
        ),
        title=_("Open complaint %(number)s again") % {"number": case.number},
        words=_("Its clocks begin anew; the first ones stay on file."),
        button=pgettext("complaint", "Open it again"),
    )

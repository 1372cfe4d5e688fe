"""One case, and the steps on the way to its answer."""

from __future__ import annotations

from datetime import datetime, time

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.server.complaints import actions, queries
from regulars.server.complaints.forms import (
    ChangeForm,
    DecideForm,
    HandForm,
    MoreTimeForm,
    NoteForm,
    WaitForm,
)
from regulars.server.complaints.forms.opening import told
from regulars.server.complaints.models import Case
from regulars.server.complaints.rules import EXTENSION
from regulars.server.complaints.views.shared import done, posted, step, the_case
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers

record = needs(Permission.RECORD_CONTACT)


@require_GET
@record
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """A case as a story, with the next step on top."""
    return _shown(request, the_case(request, public_id), timezone.now())


@require_POST
@record
def acknowledge(request: SignedIn, public_id: str) -> HttpResponse:
    """The customer knows that we know."""
    case = the_case(request, public_id)
    actions.acknowledge(case, by=request.user, at=timezone.now())
    return done(request, case)


@require_POST
@record
def phone(request: SignedIn, public_id: str) -> HttpResponse:
    """The number to call, for whoever handles the case; that it was looked at is kept."""
    case, at = the_case(request, public_id), timezone.now()
    number = actions.look_at_phone(case, by=request.user, at=at)
    if request.htmx:
        return render(request, "complaints/_phone.html", {"case": case, "number": number})
    return _shown(request, case, at, number=number)


@require_POST
@record
def take(request: SignedIn, public_id: str) -> HttpResponse:
    """Whoever clicks handles it; a second click changes nothing."""
    case, viewer = the_case(request, public_id), request.user
    if case.handler_id != viewer.pk:
        actions.hand_to(case, viewer, by=viewer, at=timezone.now())
    return done(request, case)


@require_http_methods(["GET", "POST"])
@record
def hand(request: SignedIn, public_id: str) -> HttpResponse:
    """Give it to somebody."""
    case = the_case(request, public_id)
    return step(
        request,
        case,
        HandForm(posted(request), able=queries.able(case)),
        lambda typed: actions.hand_to(
            case, typed["to"], note=typed["note"], by=request.user, at=timezone.now()
        ),
        title=_("Who handles complaint %(number)s") % {"number": case.number},
        words=_("They see the case and its customer's name, whosever customer it is."),
        button=_("Give it to them"),
    )


@require_http_methods(["GET", "POST"])
@record
def note(request: SignedIn, public_id: str) -> HttpResponse:
    """Write something down."""
    case = the_case(request, public_id)
    return step(
        request,
        case,
        NoteForm(posted(request)),
        lambda typed: actions.note(
            case, words=typed["words"], by=request.user, at=timezone.now()
        ),
        title=_("Note on complaint %(number)s") % {"number": case.number},
    )


@require_http_methods(["GET", "POST"])
@record
def change(request: SignedIn, public_id: str) -> HttpResponse:
    """Say more exactly what it is."""
    case = the_case(request, public_id)
    names = ("type", "severity", "wish", "about_service", "is_complex")
    initial = {name: getattr(case, name) for name in names} | {
        "product": f"{case.product} ({case.product.code})" if case.product else "",
        "about": told(case.about) if case.about else "",
    }
    form = ChangeForm(posted(request), viewer=request.user, initial=initial)
    return step(
        request,
        case,
        form,
        lambda typed: actions.change(case, **typed, by=request.user, at=timezone.now()),
        title=_("Details of complaint %(number)s") % {"number": case.number},
    )


@require_http_methods(["GET", "POST"])
@record
def wait(request: SignedIn, public_id: str) -> HttpResponse:
    """Stop the clocks while we wait for the customer."""
    case, at = the_case(request, public_id), timezone.now()
    form = WaitForm(posted(request), today=core.local_date(at), most=queries.policy().pause)
    return step(
        request,
        case,
        form,
        lambda typed: actions.wait(
            case,
            reason=typed["reason"],
            until=datetime.combine(typed["until"], time(18), core.time_zone()),
            note=typed["note"],
            by=request.user,
            at=at,
        ),
        title=_("Waiting for the customer"),
        words=_("The clocks stand still until the customer's word is there, or that day."),
        button=_("Stop the clocks"),
    )


@require_POST
@record
def go_on(request: SignedIn, public_id: str) -> HttpResponse:
    """The customer's word is there."""
    case = the_case(request, public_id)
    actions.go_on(case, by=request.user, at=timezone.now())
    return done(request, case)


@require_http_methods(["GET", "POST"])
@record
def more_time(request: SignedIn, public_id: str) -> HttpResponse:
    """Ask for more days."""
    case = the_case(request, public_id)
    return step(
        request,
        case,
        MoreTimeForm(posted(request), left=max(EXTENSION - case.extended, 1)),
        lambda typed: actions.ask(case, **typed, by=request.user, at=timezone.now()),
        title=_("More time for complaint %(number)s") % {"number": case.number},
        words=_("Another person who leads decides. Tell the customer why it takes longer."),
        button=_("Ask for more days"),
    )


@require_http_methods(["GET", "POST"])
@needs(Permission.SEE_TEAM)
def decide(request: SignedIn, public_id: str, asked: str) -> HttpResponse:
    """Give more time, or refuse it."""
    case = the_case(request, public_id)
    found = queries.extension(request.user, case, asked)
    if found is None:
        raise Http404
    return step(
        request,
        case,
        DecideForm(posted(request)),
        lambda typed: actions.decide(found, **typed, by=request.user, at=timezone.now()),
        title=_("%(days)s days more?") % {"days": found.days},
        words=found.reason,
        button=_("Decide"),
    )


@require_POST
@record
def link(request: SignedIn, public_id: str) -> HttpResponse:
    """The customer is found on file."""
    case = the_case(request, public_id)
    customer = customers.one(request.user, request.POST.get("customer", ""))
    if customer is None:
        raise Http404
    actions.link(case, customer, by=request.user, at=timezone.now())
    return done(request, case)


def _shown(request: SignedIn, case: Case, at: datetime, **more: str) -> HttpResponse:
    context = {
        "story": queries.story(request.user, case, at),
        "may_see_phone": queries.may_see_phone(case, request.user),
        "at": at,
        "nav": "complaints",
    }
    return render(request, "complaints/one.html", context | more)

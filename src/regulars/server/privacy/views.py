"""Requests with their clock, their answers, and how long data is kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.customers import queries as customers
from regulars.server.privacy import actions, queries
from regulars.server.privacy.forms import AnswerForm, AskForm, PeriodForm
from regulars.server.privacy.models import Request

PAGE = 50
K = Request.Kind


@require_GET
@needs(Permission.HANDLE_RIGHTS)
def index(request: SignedIn) -> HttpResponse:
    """Requests by state, the next due first."""
    state = request.GET.get("state", "open")
    state = state if state in Request.State.values else Request.State.OPEN
    at = timezone.now()
    found = queries.requests(request.user, state=state)
    counts = queries.counts(request.user)
    context = {
        "requests": found if state == Request.State.OPEN else found.order_by("-closed_at"),
        "state": state,
        "states": [(s.value, s.label, counts.get(s.value, 0)) for s in Request.State],
        "at": at,
        "late": queries.late_count(request.user, core.local_date(at)),
        "soon": queries.soon(request.user, core.local_date(at)),
    }
    return render(request, "privacy/index.html", context)


@require_http_methods(["GET", "POST"])
@needs(Permission.RECORD_CONTACT, Permission.HANDLE_RIGHTS)
def ask(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down what a customer asks, in the drawer or on a page of its own."""
    customer = customers.one(request.user, public_id)
    if customer is None:
        raise Http404
    at = timezone.now()
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, today=core.local_date(at))
    problem = ""
    if data is not None and form.is_valid():
        given = dict(form.cleaned_data)
        try:
            actions.open_request(customer, given.pop("kind"), by=request.user, at=at, **given)
        except RegularsError as error:
            problem = str(error)
        else:
            return _back(request, "customers:page", customer.public_id)
    context = {"form": form, "customer": customer, "problem": problem}
    status = 409 if problem else 422 if form.is_bound else 200
    return render(request, "privacy/ask.html", context, status=status)


@require_GET
@needs(Permission.HANDLE_RIGHTS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One request: what is to be done, and what it would do."""
    found = _the_request(request, public_id)
    return _one(request, found, AnswerForm(kind=found.kind))


@require_POST
@needs(Permission.HANDLE_RIGHTS)
def answer(request: SignedIn, public_id: str) -> HttpResponse:
    """Do what was asked, or refuse it, or note that it was taken back."""
    found = _the_request(request, public_id)
    form = AnswerForm(request.POST, kind=found.kind)
    if not form.is_valid():
        return _one(request, found, form, status=422)
    try:
        _act(found, form.cleaned_data, request)
    except RegularsError as error:
        return _one(request, found, form, problem=str(error), status=422)
    messages.success(request, _("Answered and written down."))
    return redirect("privacy:one", public_id=public_id)


def _act(found: Request, given: dict[str, Any], request: SignedIn) -> None:
    who: dict[str, Any] = {"by": request.user, "at": timezone.now()}
    if given["act"] == "refuse":
        actions.refuse(found, answer=given["answer"], **who)
    elif given["act"] == "withdraw":
        actions.withdraw(found, **who)
    elif found.kind == K.CORRECTION:
        actions.correct(found, answer=given["answer"], proof=given["proof"], **who)
    elif found.kind == K.ERASURE:  # words about an erased person are not kept
        actions.erase(found, proof=given["proof"], **who)
    else:
        by_kind: dict[str, Callable[..., Request]] = {
            K.COPY: actions.give_copy,
            K.OBJECTION: actions.object_to_profiling,
        }
        by_kind[found.kind](found, proof=given["proof"], answer=given["answer"], **who)


@require_GET
@needs(Permission.HANDLE_RIGHTS)
def copy(request: SignedIn, public_id: str) -> HttpResponse:
    """The copy that was made, as a file."""
    found = _the_request(request, public_id)
    path = queries.copy_path(found)
    if found.kind != K.COPY or found.state != Request.State.DONE or not path.exists():
        raise Http404
    actions.note_download(found, by=request.user, at=timezone.now())
    name = f"copy-{found.public_id}.zip"
    file: Any = FileResponse(path.open("rb"), as_attachment=True, filename=name)
    answer: HttpResponse = file  # both are what a view may answer with
    return answer


@require_GET
@needs(Permission.HANDLE_RIGHTS)
def periods(request: SignedIn) -> HttpResponse:
    """Every class of data, how long it is kept, and what went."""
    return _periods(request)


@require_POST
@needs(Permission.HANDLE_RIGHTS)
def period(request: SignedIn, key: str) -> HttpResponse:
    """Keep a class of data for another time."""
    kept = {each.of.key: each for each in queries.periods(request.user, timezone.now())}
    if key not in kept:
        raise Http404
    form = PeriodForm(request.POST, known=kept[key].of, days=kept[key].days)
    if not form.is_valid():
        return _periods(request, problem=str(next(iter(form.errors.values()))[0]), status=422)
    given = form.cleaned_data
    try:
        actions.set_period(
            kept[key].of,
            given["days"],
            reason=given["reason"],
            by=request.user,
            at=timezone.now(),
        )
    except RegularsError as error:
        return _periods(request, problem=str(error), status=422)
    return redirect("privacy:periods")


def _periods(request: SignedIn, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {
        "kept": queries.periods(request.user, timezone.now()),
        "sweeps": queries.told(queries.sweeps(request.user)[:10]),
        "nav": "privacy",
        **more,
    }
    return render(request, "privacy/periods.html", context, status=status)


def _one(
    request: SignedIn, found: Request, form: AnswerForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    is_open = found.state == Request.State.OPEN
    erasing = found.kind == K.ERASURE and is_open
    context = {
        "asked": found,
        "form": form,
        "at": timezone.now(),
        "fate": queries.fate(found.customer) if erasing else [],
        "did": queries.did(found),
        "searching": found.traces is not None,
        "has_copy": found.kind == K.COPY and queries.copy_path(found).exists(),
        "nav": "privacy",
        **more,
    }
    return render(request, "privacy/one.html", context, status=status)


def _the_request(request: SignedIn, public_id: str) -> Request:
    found = queries.one(request.user, public_id)
    if found is None:
        raise Http404
    return found


def _back(request: SignedIn, name: str, key: str) -> HttpResponse:
    if request.htmx:
        where = reverse(name, args=[key])
        return HttpResponse(status=204, headers={"HX-Redirect": where})
    return redirect(name, public_id=key)

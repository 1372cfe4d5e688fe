"""Contacts of a month, drawn to be judged by their checklist."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from regulars.base.errors import BadInput, Refused
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.training import actions, queries
from regulars.server.training.forms import JudgeForm
from regulars.server.training.rules.samples import ANSWERS
from regulars.server.training.views.tabs import tabs


@require_GET
@needs(Permission.JUDGE_CONTACTS)
def index(request: SignedIn) -> HttpResponse:
    """Of whom how many are drawn and judged, and what they score."""
    today = core.local_date(timezone.now())
    month = _month(request.GET.get("month", ""), today)
    rows = queries.sample_rows(request.user, month)
    context = {
        "month": month,
        "months": queries.latest_months(request.user, today),
        "rows": rows,
        "open": sum(len(row.drawn) - row.judged for row in rows),
        "left": len(queries.to_draw(request.user, month)),
        **tabs(request, "samples"),
    }
    return render(request, "training/samples.html", context)


@require_POST
@needs(Permission.JUDGE_CONTACTS)
def draw(request: SignedIn) -> HttpResponse:
    """Draw the month's sample, or what is still missing of it."""
    at = timezone.now()
    month = _month(request.POST.get("month", ""), core.local_date(at))
    drawn = actions.draw(month, by=request.user, at=at)
    told = ngettext("%(n)s contact is drawn.", "%(n)s contacts are drawn.", drawn)
    messages.success(request, told % {"n": drawn})
    return redirect(f"{reverse('training:samples')}?month={month:%Y-%m}")


@require_http_methods(["GET", "POST"])
@needs()
def one(request: SignedIn, public_id: str) -> HttpResponse:
    """One contact with its checklist; judged, also for whoever had it."""
    found = queries.sample(request.user, public_id)
    if found is None:
        raise Http404
    error, form = "", JudgeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        if not request.user.may(Permission.JUDGE_CONTACTS):
            raise PermissionDenied
        given = {key[2:]: str(value) for key, value in request.POST.items() if key[:2] == "a-"}
        try:
            note = form.cleaned_data["note"] if form.is_valid() else ""
            actions.judge(found, given, note=note, by=request.user, at=timezone.now())
            return redirect(f"{reverse('training:samples')}?month={found.month:%Y-%m}")
        except (BadInput, Refused) as no:
            error = str(no)
    context = {
        "sample": found,
        "form": form,
        "error": error,
        "checklist": queries.checklist_of(found),
        "answers": ANSWERS,
        "given": {key: value for key, value in request.POST.items() if key[:2] == "a-"},
        "judged": queries.judged_of(found) if found.judged_at else None,
        **tabs(request, "samples"),
    }
    return render(request, "training/sample.html", context, status=422 if error else 200)


def _month(given: str, today: date) -> date:
    try:
        return date.fromisoformat(f"{given}-01")
    except ValueError:
        return today.replace(day=1)

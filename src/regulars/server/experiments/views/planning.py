"""A plan: what a list of this size can show, before anybody is contacted; and its start."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.experiments import actions, queries
from regulars.server.experiments.actions import Plan
from regulars.server.experiments.forms import PlanForm
from regulars.server.experiments.queries import saying
from regulars.server.experiments.rules import History, needed, sight
from regulars.server.experiments.rules.judging import RATES
from regulars.server.experiments.views.tabs import tabs
from regulars.server.facts import queries as facts

SHARES = (0.05, 0.10, 0.20, 0.50)
BEFORE = 90


@require_http_methods(["GET", "POST"])
@needs(Permission.RUN_EXPERIMENTS)
def plan(request: SignedIn) -> HttpResponse:
    """Try a size, a share, an outcome; then draw who is left alone."""
    at, lists = timezone.now(), queries.lists(request.user)
    bound = request.method == "POST"
    first = {"list": request.GET.get("list", "")}
    form = PlanForm(request.POST if bound else None, lists=lists, initial=first)
    context: dict[str, Any] = {"form": form, **tabs(request, "plan")}
    if bound and form.is_valid():
        name, ids = _customers(request, form, at)
        history = _history(request, form, ids, at)
        size = len(ids) if ids is not None else form.cleaned_data["size"]
        if "make" in request.POST and ids is not None:
            try:
                return _make(request, form, ids, history, at)
            except RegularsError as error:
                form.add_error(None, str(error))
        context |= _seen(form, history, size, name)
    context["like"] = _like(form) if bound and not form.errors else None
    status = 422 if bound and form.errors else 200
    return render(request, "experiments/plan.html", context, status=status)


def _make(
    request: SignedIn, form: PlanForm, ids: list[int], history: History, at: datetime
) -> HttpResponse:
    told = form.plan(starts_on=core.local_date(at))
    seen = _sight(form, history, len(ids), form.share_alone)
    made = actions.plan(
        Plan(
            **told,
            before_days=BEFORE,
            planned_size=len(ids),
            detectable=seen.difference,
            deviation=history.deviation or None,
        ),
        by=request.user,
        at=at,
    )
    actions.assign(made, ids, by=request.user, at=at)
    return redirect("experiments:one", made.public_id)


def _customers(request: SignedIn, form: PlanForm, at: datetime) -> tuple[str, list[int] | None]:
    key = form.cleaned_data["list"]
    if not key:
        return "", None
    found = queries.members_of(request.user, key, at=at)
    if found is None:
        raise Http404
    return found


def _history(request: SignedIn, form: PlanForm, ids: list[int] | None, at: datetime) -> History:
    """The last whole window that facts cover."""
    today = core.local_date(at)
    last = facts.last_day(until=today)
    given = form.cleaned_data
    return queries.history(
        request.user,
        given["outcome"],
        until=last or today,
        window_days=given["window_days"],
        before_days=BEFORE,
        customers=ids,
        margin=float(given["margin"] or 0),
    )


def _sight(form: PlanForm, history: History, size: int, share: float) -> Any:
    is_rate = form.cleaned_data["outcome"] in RATES
    return sight(history, customers=max(size, 2), share=share, is_rate=is_rate)


def _seen(form: PlanForm, history: History, size: int, name: str) -> dict[str, Any]:
    """What stands beside the form: the smallest effect, and other shares to choose from."""
    outcome, share = form.cleaned_data["outcome"], form.share_alone
    if history.customers < 2 or history.deviation == 0:
        return {"size": size, "list_name": name, "history": history, "is_empty": True}
    seen = _sight(form, history, size, share)
    tried = sorted({*SHARES, share})
    is_rate = outcome in RATES
    return {
        "size": size,
        "list_name": name,
        "history": history,
        "base": saying.amount(outcome, history.mean),
        "share": share,
        "alone": round(size * share),
        "seen": seen,
        "difference": saying.change(outcome, seen.difference),
        "total": saying.total(outcome, seen.total),
        "shares": [
            {
                "share": each,
                "difference": saying.change(
                    outcome, _sight(form, history, size, each).difference
                ),
                "is_this": each == share,
            }
            for each in tried
        ],
        "needed": [
            {
                "lift": lift,
                "customers": needed(
                    history, difference=history.mean * lift, share=share, is_rate=is_rate
                )
                if history.mean > 0
                else None,
            }
            for lift in (0.05, 0.10, 0.20)
        ],
    }


def _like(form: PlanForm) -> Any:
    given = form.cleaned_data
    return queries.like(given["kind"], given["label"], given["outcome"])

"""The programme holdout: begun, ended, what it costs and what it can show."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.experiments import actions, queries
from regulars.server.experiments.forms import HoldoutForm
from regulars.server.experiments.models import PROGRAMME
from regulars.server.experiments.queries import saying
from regulars.server.experiments.rules import History, sight
from regulars.server.experiments.views.tabs import tabs
from regulars.server.facts import queries as facts

SHARES = (0.01, 0.02, 0.03, 0.05)
WINDOW = 90


@require_http_methods(["GET", "POST"])
@needs(Permission.SET_HOLDOUT)
def holdout(request: SignedIn) -> HttpResponse:
    """Set from the top of the tree: it leaves out customers of every branch."""
    _require_top(request)
    at = timezone.now()
    today, bound = core.local_date(at), request.method == "POST"
    form = HoldoutForm(request.POST if bound else None, today=today)
    if form.is_valid():
        try:
            actions.hold_out(**form.told(), by=request.user, at=at)
            return redirect("experiments:holdout")
        except RegularsError as error:
            form.add_error(None, str(error))
    found = queries.holdout_in_force(today)
    context = {
        "form": form,
        "found": found,
        "members": queries.members(found) if found else 0,
        "measured": queries.by_source(f"{PROGRAMME}{found.pk}") if found else None,
        "others": [each for each in queries.holdouts() if each != found],
        "shares": _shares(request, today),
        "window": WINDOW,
        **tabs(request, "holdout"),
    }
    return render(request, "experiments/holdout.html", context, status=422 if bound else 200)


@require_POST
@needs(Permission.SET_HOLDOUT)
def end_holdout(request: SignedIn) -> HttpResponse:
    """End the one that is in force."""
    _require_top(request)
    at = timezone.now()
    found = queries.holdout_in_force(core.local_date(at))
    if found is None:
        raise Http404
    actions.end_holdout(found, by=request.user, at=at)
    return redirect("experiments:holdout")


def _require_top(request: SignedIn) -> None:
    if not request.user.scope.everything:
        raise PermissionDenied


def _shares(request: SignedIn, today: Any) -> list[dict[str, Any]]:
    """What each share can show of revenue in a quarter, and how many it leaves out."""
    last = facts.last_day(until=today) or today
    people = queries.how_many()
    history = queries.history(
        request.user, "revenue", until=last, window_days=WINDOW, before_days=WINDOW
    )
    if history.deviation == 0:
        history = History(0, 0.0, 0.0)
    rows = []
    for share in SHARES:
        seen = (
            sight(history, customers=max(people, 2), share=share, is_rate=False)
            if history.customers
            else None
        )
        rows.append(
            {
                "share": share,
                "people": round(people * share),
                "difference": saying.change("revenue", seen.difference) if seen else "—",
                "relative": seen.relative if seen else None,
                "total": saying.total("revenue", seen.total) if seen else "—",
            }
        )
    return rows

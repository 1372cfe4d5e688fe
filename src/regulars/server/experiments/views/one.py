"""One experiment: its figures, its arms, its checks, what follows from it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.base.errors import RegularsError
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.experiments import actions, queries
from regulars.server.experiments.forms import CostsForm, ReviewForm
from regulars.server.experiments.models import Experiment, Reading
from regulars.server.experiments.queries import saying

PAGE = 50


@require_GET
@needs(Permission.SEE_KPIS)
def one(request: SignedIn, public_id: str) -> HttpResponse:
    return _page(request, _experiment(public_id))


@require_GET
@needs(Permission.SEE_KPIS)
def rows(request: SignedIn, public_id: str) -> HttpResponse:
    """The customers of an arm whom the viewer sees."""
    experiment = _experiment(public_id)
    arm, after = request.GET.get("arm", ""), request.GET.get("after", "")
    begin = int(after) if after.isascii() and after.isdigit() and len(after) < 19 else 0
    found = queries.rows(request.user, experiment, arm=arm, after=begin, most=PAGE + 1)
    names = {each.key: each for each in experiment.all_arms}
    context = {
        "experiment": experiment,
        "rows": found[:PAGE],
        "arm": _named(names[arm]) if arm in names else "",
        "code": arm,
        "after": found[PAGE - 1].pk if len(found) > PAGE else 0,
        "is_all": request.user.scope.everything,
        "nav": "experiments",
    }
    return render(request, "experiments/rows.html", context)


@require_POST
@needs(Permission.RUN_EXPERIMENTS)
def review(request: SignedIn, public_id: str) -> HttpResponse:
    """Say what follows."""
    experiment, form = _experiment(public_id), ReviewForm(request.POST)
    if form.is_valid():
        try:
            actions.review(experiment, by=request.user, at=timezone.now(), **form.cleaned_data)
            return redirect("experiments:one", public_id)
        except RegularsError as error:
            form.add_error(None, str(error))
    return _page(request, experiment, review=form)


@require_POST
@needs(Permission.RUN_EXPERIMENTS)
def costs(request: SignedIn, public_id: str) -> HttpResponse:
    """Write down what it cost."""
    experiment, form = _experiment(public_id), CostsForm(request.POST)
    if form.is_valid():
        actions.change_costs(experiment, by=request.user, at=timezone.now(), **form.costs())
        return redirect("experiments:one", public_id)
    return _page(request, experiment, costs=form)


@require_POST
@needs(Permission.RUN_EXPERIMENTS)
def close(request: SignedIn, public_id: str) -> HttpResponse:
    """End it before its time."""
    experiment = _experiment(public_id)
    if experiment.state != Experiment.State.CLOSED:
        actions.close(experiment, by=request.user, at=timezone.now())
    return redirect("experiments:one", public_id)


def _page(request: SignedIn, experiment: Experiment, **forms: Any) -> HttpResponse:
    readings = queries.readings(experiment)
    reading = readings[-1] if readings else None
    known = {"decision": experiment.decision, "why": experiment.why}
    paid = {n: getattr(experiment, n) for n in ("margin", "fixed_cost", "cost_each")}
    context: dict[str, Any] = {
        "experiment": experiment,
        "reading": reading,
        "arms": _arms(request, experiment, reading),
        "looks": _looks(experiment, readings),
        "review": forms.get("review") or ReviewForm(initial=known),
        "costs": forms.get("costs") or CostsForm(initial=paid),
        "may_run": request.user.may(Permission.RUN_EXPERIMENTS),
        "like": queries.like(experiment.kind, experiment.label, experiment.outcome),
        "detectable": saying.change(experiment.outcome, experiment.detectable),
        "nav": "experiments",
    }
    if reading is not None:
        context |= _read(experiment, reading)
    return render(request, "experiments/one.html", context, status=422 if forms else 200)


def _read(experiment: Experiment, reading: Reading) -> dict[str, Any]:
    body = reading.body
    spreadsheet = body.get("spreadsheet")
    return {
        "word": saying.word(reading.code),
        "tone": saying.tone(reading.code),
        "sentence": saying.sentence(experiment, reading),
        "effects": saying.effects(experiment, reading),
        "interval": saying.INTERVALS.get(body.get("interval", "")),
        "paid": body.get("paid"),
        "roi": saying.roi(reading),
        "ratio": body.get("ratio"),
        "balance": body.get("balance"),
        "crossed": body.get("crossed", 0),
        "compliers": _compliers(experiment, body.get("compliers")),
        "spreadsheet": saying.between(experiment.outcome, *spreadsheet) if spreadsheet else "",
    }


def _compliers(experiment: Experiment, found: dict[str, Any] | None) -> dict[str, Any] | None:
    # Where contacts hardly differ nothing can be said of one: no bound, no figure.
    if not found or found["low"] is None or found["high"] is None:
        return None
    return {
        "treated": found["contact_treated"],
        "control": found["contact_control"],
        "effect": saying.change(experiment.outcome, found["effect"]),
        "range": saying.between(experiment.outcome, found["low"], found["high"]),
    }


def _arms(
    request: SignedIn, experiment: Experiment, reading: Reading | None
) -> list[dict[str, Any]]:
    """Each arm with its figures; its customers open where the viewer sees some."""
    sums = (reading.body.get("arms") or {}) if reading else {}
    counts = queries.arm_counts(experiment)
    mine = queries.arm_counts(experiment, request.user)
    rows = []
    for arm in experiment.all_arms:
        read = sums.get(arm.key)
        rows.append(
            {
                "key": arm.key,
                "name": _named(arm),
                "share": arm.share,
                "assigned": counts.get(arm.key, 0) or (read["n"] if read else 0),
                "mine": mine.get(arm.key, 0),
                "mean": saying.amount(experiment.outcome, read["mean"]) if read else "—",
            }
        )
    return rows


def _looks(experiment: Experiment, readings: list[Reading]) -> list[dict[str, Any]]:
    """Every look, drawn on one line."""
    edges = [(each.low, each.difference, each.high) for each in readings]
    most = max((abs(edge or 0.0) for each in edges for edge in each), default=0.0)
    return [_look(experiment, each, most) for each in readings]


def _look(experiment: Experiment, reading: Reading, most: float) -> dict[str, Any]:
    said = saying.change(experiment.outcome, reading.difference)
    drawn = None
    if reading.difference is not None:
        drawn = saying.picture(reading.low, reading.difference, reading.high, most, said)
    return {
        "look": reading.look,
        "until": reading.until,
        "is_final": reading.is_final,
        "difference": said,
        "range": saying.between(experiment.outcome, reading.low, reading.high),
        "word": saying.word(reading.code),
        "tone": saying.tone(reading.code),
        "picture": drawn,
    }


def _named(arm: Any) -> str:
    if arm.is_control:
        return arm.name or _("Left alone")
    return arm.name or _("Treated")


def _experiment(public_id: str) -> Experiment:
    found = queries.one(public_id)
    if found is None:
        raise Http404
    return found

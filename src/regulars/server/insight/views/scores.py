"""Runs and what they rest on: the back-test, the models, the cut points, the forecast."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from regulars.server.core import queries as core
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.insight import actions, queries
from regulars.server.insight.queries import Learned
from regulars.server.insight.views import cards, drifts, words
from regulars.server.insight.views.back import back_to
from regulars.server.insight.views.drill import Drill
from regulars.server.scoring.forms.words import CLASSES, MODELS
from regulars.server.scoring.models import Run
from regulars.server.web.rules import MINUS, NOTHING

LONGEST = 6  # steps of a run that are shown


@require_GET
@needs(Permission.SEE_SCORES)
def runs(request: SignedIn) -> HttpResponse:
    """Every run, newest first."""
    if queries.known_days() is None:
        return render(request, "insight/none.html", {"page": "scores"})
    found = list(queries.all_runs(request.user)[: queries.SHOWN])
    learned = queries.learned_of_all(found)
    current = next((run for run in found if run.is_current), None)
    context = {
        "rows": [
            {
                "run": run,
                "test": queries.test_of(run),
                "seconds": _seconds(run),
                "learned": learned[run.pk],
            }
            for run in found
        ],
        "current": current,
        "cards": _cards(current, learned[current.pk]) if current else [],
        "job": queries.under_way(queries.CURRENT),
        "may_run": request.user.may(Permission.RUN_SCORES),
        "methods": words.METHODS,
    }
    return render(request, "insight/scores.html", context)


@require_GET
@needs(Permission.SEE_SCORES)
def run(request: SignedIn, key: str) -> HttpResponse:
    """One run: how good it is and why."""
    found = queries.run_of(request.user, key)
    if found is None:
        raise Http404
    context = _page(found) | {"may_run": request.user.may(Permission.RUN_SCORES)}
    return render(request, "insight/run.html", context)


@require_POST
@needs(Permission.RUN_SCORES)
def score_now(request: SignedIn) -> HttpResponse:
    """Value everybody anew and let everybody see it."""
    if queries.known_days() is None:
        messages.error(request, _("There is nothing to score yet. Bring your files first."))
    else:
        actions.ask_current(by=request.user, at=timezone.now())
    return redirect("insight:scores")


@require_POST
@needs(Permission.RUN_SCORES)
def learn(request: SignedIn, key: str) -> HttpResponse:
    """Learn again what follows the scores of a run."""
    found = queries.run_of(request.user, key)
    if found is None:
        raise Http404
    if queries.learned_of(found).possible:
        actions.ask_learning(found, by=request.user, at=timezone.now())
    else:
        messages.error(
            request, _("The files of this run are gone. Score again, then learn from that.")
        )
    return redirect(back_to(request, reverse("insight:run", args=[key])))


def _cards(run: Run, found: Learned) -> list[cards.Card]:
    return cards.all_cards(found, queries.test_of(run), currency=_currency())


def _currency() -> str:
    company = core.company()
    return company.currency if company else "CNY"


def _page(run: Run) -> dict[str, Any]:
    result = run.result
    test = queries.test_of(run)
    learned = queries.learned_of(run)
    return {
        "learned": learned,
        "cards": _cards(run, learned),
        "drift": drifts.drift(learned.cards.get("drift"), currency=_currency()),
        "checks": queries.checks(run),
        "classes": [
            (name, learned.cards["potential"]["matrix"]["classes"].get(code, 0), href)
            for code, name in CLASSES.items()
            for href in [Drill(run).rows([("value_class", code)], name)]
        ]
        if "potential" in learned.cards
        else [],
        "run": run,
        "test": test,
        "cutoff": date.fromisoformat(test.cutoff) if test.cutoff else None,
        "methods": [
            {"name": words.METHODS[method.code], "method": method} for method in test.methods
        ],
        "level": words.METHODS.get(test.level, ""),
        "choice": words.METHODS.get(test.choice, ""),
        "models": _models(result),
        "trials": _trials(result),
        "missing": [
            (MODELS.get(name, name), reason)
            for name, reason in (result.get("missing_models") or {}).items()
        ],
        "cuts": _cuts(result),
        "rfm": result.get("rfm") or {},
        "forecast": result.get("forecast") or {},
        "is_bank": "aum" in (result.get("summary") or {}),
        "seconds": _longest(result),
        "total": _seconds(run),
        "best_href": Drill(run).rows([("rfm", "555")], "RFM 555"),
        "all_href": Drill(run).rows((), _("Customers")),
    }


def _seconds(run: Run) -> float:
    return sum(float(each) for each in (run.result.get("seconds") or {}).values())


def _longest(result: dict[str, Any]) -> list[tuple[Any, float]]:
    steps = sorted((result.get("seconds") or {}).items(), key=lambda step: -step[1])
    known = words.STEPS | words.PARTS
    return [(known.get(name, name), seconds) for name, seconds in steps[:LONGEST]]


def _models(result: dict[str, Any]) -> list[dict[str, Any]]:
    found = []
    for name, model in _ordered(result.get("models") or {}, MODELS):
        at_boundary = set(model.get("at_boundary") or ())
        errors = model.get("standard_errors") or {}
        found.append(
            {
                "name": MODELS.get(name, name),
                "is_in_use": name == _in_use(result),
                "parameters": [
                    {
                        "name": parameter,
                        "value": value,
                        "error": errors.get(parameter),
                        "at_boundary": parameter in at_boundary,
                    }
                    for parameter, value in _ordered(model["parameters"], words.PARAMETERS)
                ],
                "log_likelihood": _exact(model.get("log_likelihood")),
                "unit": words.UNITS.get(model.get("unit"), model.get("unit")),
                "customers": model.get("customers"),
                "converged": model.get("converged", True),
                "at_boundary": ", ".join(sorted(at_boundary)),
            }
        )
    return found


def _in_use(result: dict[str, Any]) -> str:
    return str((result.get("choice") or {}).get("model") or "mbg_nbd")


def _trials(result: dict[str, Any]) -> list[dict[str, Any]]:
    """How each model would have done, the best first; nothing for runs that tried none."""
    return [
        {
            "name": MODELS.get(trial["model"], trial["model"]),
            "is_in_use": trial["model"] == _in_use(result),
            "is_best": trial["behind"] == 0,
            "behind": _exact(trial["behind"]),
            "error": _exact(trial["error"]),
            "missing": trial["missing"],
        }
        for trial in (result.get("choice") or {}).get("trials") or ()
    ]


def _ordered(found: Mapping[str, Any], order: Iterable[str]) -> list[tuple[str, Any]]:
    """As publications list them; the database keeps no order of its own."""
    known = [name for name in order if name in found]
    return [(name, found[name]) for name in [*known, *(n for n in found if n not in known)]]


def _exact(value: float | None) -> str:
    return f"{value:,.1f}".replace("-", MINUS) if value is not None else NOTHING


def _cuts(result: dict[str, Any]) -> list[dict[str, Any]]:
    cuts = (result.get("rfm") or {}).get("cuts") or {}
    high = cuts.get("high") or {}
    return [
        {"name": label, "code": code, "points": cuts[code], "high": high.get(code)}
        for code, label in words.AXES.items()
        if cuts.get(code)
    ]

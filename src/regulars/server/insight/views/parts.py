"""The lower parts of the base page, each fetched when it comes into sight."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.insight import forms, queries, rules
from regulars.server.insight.forms import Asked
from regulars.server.insight.queries import Depth, Learned, Own, Room
from regulars.server.insight.rules import Kpi
from regulars.server.insight.views import cards, codes
from regulars.server.insight.views.drill import Drill
from regulars.server.scoring.forms.words import CLASSES, STEPS
from regulars.server.scoring.models import Run
from regulars.server.segments.forms.codes import CHANGES

# Points of less churn that are tried where nobody chose.
USUAL_POINTS, STEP = 5.0, 0.5
# What to say first where several things changed, as the engine orders them.
BAD = ("money_out", "large_return", "rhythm_silent", "rhythm_slower", "basket_gone")
GOOD = ("money_in", "large_purchase", "rhythm_faster", "basket_new")


def asked_run(request: SignedIn) -> tuple[Asked, Run]:
    """The date, branch and run that a part is about.

    :raises Http404: nothing is stored for the date.
    """
    span = queries.known_days()
    if span is None:
        raise Http404
    asked = forms.read(request.GET.dict(), span, usual=queries.usual_date() or span.last)
    run = queries.stand(request.user, asked.on).run
    if run is None:
        raise Http404
    return asked, run


def shown(request: SignedIn, template: str, context: dict[str, Any]) -> HttpResponse:
    """A part of the page, or a page of its own where it was opened without the page."""
    frame = "insight/_bare.html" if request.htmx else "insight/_whole.html"
    return render(request, template, context | {"frame": frame})


@require_GET
@needs(Permission.SEE_BASE)
def ahead(request: SignedIn) -> HttpResponse:
    """What the base will bring, what came of earlier forecasts, what less churn would add."""
    asked, run = asked_run(request)
    learned = queries.learned_of(run)
    outlook = queries.outlook(request.user, run, branch=asked.branch)
    drill = Drill(run, None, asked.branch)
    context = {
        **_common(request, asked, run, learned),
        "outlook": outlook,
        "verdict": learned.verdict("quarter"),
        "parts": [
            {"part": part, "href": Drill(run).rows([("branch", part.code)], part.name)}
            for part in (outlook.parts if outlook else ())
        ],
        "all_href": drill.rows((), _("Customers")),
        "checks": queries.checks(run),
        "whole": request.user.scope.everything and not asked.branch,
    }
    if outlook is not None:
        context |= cards.quarter_more(learned.cards["quarter"])
        context["change"] = rules.ratio(outlook.revenue - outlook.before, outlook.before)
    return shown(request, "insight/ahead.html", context | _less(request, asked, run))


@require_GET
@needs(Permission.SEE_BASE)
def less(request: SignedIn) -> HttpResponse:
    """The same calculation with other points."""
    asked, run = asked_run(request)
    context = _common(request, asked, run, queries.learned_of(run))
    return shown(request, "insight/less.html", context | _less(request, asked, run))


@require_GET
@needs(Permission.SEE_BASE)
def depth(request: SignedIn) -> HttpResponse:
    """What changed, who fell silent, and where value and potential stand."""
    asked, run = asked_run(request)
    found = queries.depth(request.user, run, branch=asked.branch)
    drill = Drill(run, None, asked.branch)
    context = {
        **_common(request, asked, run, queries.learned_of(run)),
        "changes": _changes(found, drill),
        "steps": _steps(found, drill),
        "asleep": found.asleep,
        "asleep_href": drill.rows(
            [("dormancy_step", code) for code in rules.ASLEEP], _("Asleep")
        ),
        "matrix": _matrix(found, drill),
        "classes": _classes(found, drill),
    }
    return shown(request, "insight/depth.html", context)


def _common(request: SignedIn, asked: Asked, run: Run, learned: Learned) -> dict[str, Any]:
    return {
        "asked": asked,
        "iso": asked.on.isoformat(),
        "run": run,
        "learned": learned,
        "may_run": request.user.may(Permission.RUN_SCORES),
        "is_bank": "aum" in run.result.get("summary", {}),
    }


def _less(request: SignedIn, asked: Asked, run: Run) -> dict[str, Any]:
    own = queries.own(request.user, run, branch=asked.branch)
    if own is None or own.most < STEP:
        return {"own": own, "kept": None}
    points = read_points(request.GET.get("points", ""), own)
    drill = Drill(run, None, asked.branch)
    before, now = ("before_year", "true"), ("active_year", "true")
    gone = Kpi("churn", own.churn * own.base, own.base, own.base)
    return {
        "own": own,
        "kept": own.less(points) if own.margin > 0 else None,
        "points": points,
        "step": STEP,
        "range": gone.interval,
        "active_href": drill.rows([now], _("Active in 12 months")),
        "left_href": drill.rows(
            [before, ("active_year", "false")], _("Active in the year before, not since")
        ),
        "left": round(own.churn * own.base),
        "base_href": drill.rows([before], _("Active in the year before")),
    }


def read_points(text: str, own: Own) -> float:
    """Read the points somebody chose; what cannot be becomes the nearest that can."""
    try:
        wanted = float(text)
    except ValueError:
        wanted = USUAL_POINTS
    if not 0 < wanted < float("inf"):
        wanted = STEP if wanted <= 0 else own.most
    return min(max(round(wanted / STEP) * STEP, STEP), own.most)


def _changes(found: Depth, drill: Drill) -> list[dict[str, Any]] | None:
    if found.changes is None:
        return None
    order = [*BAD, *(code for code in CHANGES if code not in (*BAD, *GOOD)), *GOOD]
    known = [code for code in order if code in found.changes]
    known += [code for code in found.changes if code not in known]
    largest = max((group.customers for group in found.changes.values()), default=1)
    return [
        {
            "name": CHANGES.get(code, code.replace("_", " ")),
            "kind": "d" if code in BAD else "" if code in GOOD else "g",
            "customers": found.changes[code].customers,
            "value": found.changes[code].value,
            "share": found.changes[code].customers / largest,
            "href": drill.rows([("change_headline", code)], CHANGES.get(code, code)),
        }
        for code in known
    ]


def _steps(found: Depth, drill: Drill) -> list[dict[str, Any]] | None:
    if found.steps is None:
        return None
    largest = max((group.customers for group in found.steps.values()), default=0) or 1
    return [
        {
            "name": STEPS.get(code, code),
            "gaps": codes.GAPS[code],
            "asleep": code in rules.ASLEEP,
            "customers": group.customers,
            "value": group.value,
            "share": group.customers / largest,
            "href": drill.rows([("dormancy_step", code)], STEPS.get(code, code)),
        }
        for code, group in found.steps.items()
    ]


def _matrix(found: Depth, drill: Drill) -> list[dict[str, Any]] | None:
    """Rows of three: value from high to low, room to grow from little to much."""
    if found.rooms is None:
        return None
    return [
        {
            "level": codes.LEVELS[value],
            "cells": [
                _cell(found.rooms.get((value, room)), value, room, drill) for room in (1, 2, 3)
            ],
        }
        for value in (3, 2, 1)
    ]


def _cell(found: Room | None, value: int, room: int, drill: Drill) -> dict[str, Any]:
    code = {(True, True): "key", (False, True): "develop", (True, False): "hold"}.get(
        (value == 3, room == 3), "watch"
    )
    where = [("value_level", str(value)), ("potential_level", str(room))]
    title = _("Value %(value)s, room to grow %(room)s") % {
        "value": codes.LEVELS[value],
        "room": codes.LEVELS[room],
    }
    return {
        "code": code,
        "name": CLASSES[code],
        "title": title,
        "found": found,
        "href": drill.rows(where, title),
        "needy_href": drill.rows(
            [*where, ("need_level", "3")],
            _("%(title)s, much service needed") % {"title": title},
        ),
    }


def _classes(found: Depth, drill: Drill) -> list[dict[str, Any]]:
    if found.classes is None:
        return []
    return [
        {
            "code": code,
            "name": name,
            "says": codes.CLASS_SAYS[code],
            "customers": found.classes[code].customers if code in found.classes else 0,
            "href": drill.rows([("value_class", code)], name),
        }
        for code, name in CLASSES.items()
    ]

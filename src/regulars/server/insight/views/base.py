"""The base at a date: who is there, what moved, who holds the value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET, require_POST

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.insight import actions, forms, queries, rules
from regulars.server.insight.forms import Asked
from regulars.server.insight.queries import Picture, Stand
from regulars.server.insight.views import charts, codes, words
from regulars.server.insight.views.back import back_to
from regulars.server.insight.views.drill import ANY, KNOWN, WAS_HERE, Drill
from regulars.server.segments.forms.listing import STAGES
from regulars.server.tiers import queries as tiers
from regulars.server.tiers.models import Scheme
from regulars.server.tiers.queries import TierMark


@require_GET
@needs(Permission.SEE_BASE)
def base(request: SignedIn) -> HttpResponse:
    """The page, or what has to come before it."""
    span = queries.known_days()
    if span is None:
        return render(request, "insight/none.html", {"page": "base"})
    asked = forms.read(request.GET.dict(), span, usual=queries.usual_date() or span.last)
    now = queries.stand(request.user, asked.on)
    context = {
        "span": span,
        "asked": asked,
        "now": now,
        "branches": queries.branches(request.user),
        "stored": queries.stored_dates()[:8],
    }
    if now.run is None:
        return render(request, "insight/missing.html", context | {"page": "base"})
    return render(request, "insight/base.html", context | _page(request, asked, now))


@require_POST
@needs(Permission.SEE_BASE, Permission.SEE_KPIS)
def compute(request: SignedIn) -> HttpResponse:
    """Ask for the run of a date; it is stored beside the current one."""
    span = queries.known_days()
    day, problem = forms.day_to_compute(request.POST.get("on", ""), span)
    if day is None:
        messages.error(request, problem)
    else:
        actions.ask_run(as_of=day, by=request.user, at=timezone.now())
    return redirect(back_to(request, reverse("insight:base")))


@require_GET
@needs(Permission.SEE_BASE, Permission.SEE_KPIS, Permission.SEE_SCORES)
def job(request: SignedIn, key: str) -> HttpResponse:
    """How far a run is; when it ends, the page that waits for it is loaded again."""
    found = queries.job_of(request.user, key)
    if found is None:
        raise Http404
    if found.state == found.State.DONE:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    return render(request, "insight/_job.html", {"job": found, "step": _step(found.step)})


def _step(name: str) -> str:
    known = codes.LESSONS | words.STEPS
    return str(known.get(name, _("Waiting for the worker")))


def _page(request: SignedIn, asked: Asked, now: Stand) -> dict[str, Any]:
    assert now.run is not None
    then = queries.stand(request.user, asked.against) if asked.against else None
    schemes = queries.schemes()
    scheme = _scheme(schemes, asked.scheme)
    before = then if then is not None and then.run is not None else None
    picture = queries.picture(
        request.user, now.run, now.tier_run, before=before, scheme=scheme, branch=asked.branch
    )
    drill = Drill(now.run, before.run if before else None, asked.branch)
    marks = _marks(scheme, now)
    return {
        "run": now.run,
        "then": then,
        "before": before,
        "picture": picture,
        "counts": picture.counts,
        "is_bank": "aum" in now.run.result.get("summary", {}),
        "links": _links(drill, picture),
        "scheme": scheme,
        "schemes": [(s.code, str(s)) for s in schemes],
        "version": now.tier_run.versions.get(scheme.code) if now.tier_run and scheme else None,
        "recut": _recut(scheme, now, before),
        "newer_facts": queries.has_newer_facts(now.run),
        "tiers": _tiers(picture, marks, drill, scheme),
        "stages": _stages(picture, drill),
        "classes": _classes(picture, drill),
        "rfm": charts.rfm(picture, drill),
        "types": [
            {
                "name": name,
                "key": code.startswith("important"),
                "customers": picture.types.get(code, 0),
                "href": drill.rows([("rfm_type", code)], name),
            }
            for code, name in words.TYPES.items()
        ],
        "cohorts": charts.cohorts(picture, drill),
        "curve": charts.curve(
            picture.pareto,
            x_name=_("Customers %, largest first"),
            y_name=_("Assets %")
            if "aum" in now.run.result.get("summary", {})
            else _("Spend %"),
        ),
        **_migration(asked, picture, marks, drill, scheme),
    }


def _scheme(schemes: list[Scheme], wanted: str) -> Scheme | None:
    named = [scheme for scheme in schemes if scheme.code == wanted]
    found = named or schemes
    return found[0] if found else None


def _marks(scheme: Scheme | None, now: Stand) -> dict[str, TierMark]:
    if scheme is None or now.tier_run is None:
        return {}
    return tiers.names(queries.tiers_of(scheme, now.tier_run))


def _recut(scheme: Scheme | None, now: Stand, before: Stand | None) -> bool:
    """Whether the cuts differ between the dates: then some moves are the scheme's."""
    if scheme is None or before is None or now.tier_run is None or before.tier_run is None:
        return False
    return bool(
        now.tier_run.versions.get(scheme.code) != before.tier_run.versions.get(scheme.code)
    )


def _links(drill: Drill, picture: Picture) -> Mapping[str, str]:
    new = ("was_stage", "")
    return {
        "all": drill.here((), _("Customers")),
        "existing": drill.here(KNOWN, _("Existing customers")) if drill.before else "",
        "new": drill.here([new], _("New customers")) if drill.before else "",
        "returned": drill.here([("was_stage", rules.LOST)], pgettext("moves", "Came back")),
        "opening": drill.rows([*ANY, *WAS_HERE], _("There at the other date"))
        if drill.before
        else "",
        "left": drill.rows([("stage", rules.LOST), *WAS_HERE], pgettext("moves", "Left")),
        "lost": drill.rows([("stage", rules.LOST)], pgettext("moves", "Lost")),
        "never": drill.rows([("r", "")], _("Never active")),
        "sleeping": drill.rows(
            [("stage", "dormant"), ("value", f"{rules.SLEEPING_MONEY}..")],
            _("Dormant with much money"),
        ),
    }


def _tiers(
    picture: Picture, marks: Mapping[str, TierMark], drill: Drill, scheme: Scheme | None
) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for code, mark in marks.items():
        group = picture.tiers.get(code)
        customers, value = (group.customers, group.value) if group else (0, 0)
        then = group.before if group else 0 if drill.before else None
        rows.append(
            {
                "mark": mark,
                "customers": customers,
                "value": value,
                "change": customers - then if then is not None else None,
                "href": drill.here(
                    [(f"tier_{scheme.code}", code)] if scheme else (), mark.name
                ),
            }
        )
    customers = sum(row["customers"] for row in rows)
    value = sum(row["value"] for row in rows)
    known = [row["change"] for row in rows if row["change"] is not None]
    best = [row for row in rows if row["mark"].level >= rules.TARGET_LEVEL]
    held = sum(row["value"] for row in best)
    many = sum(row["customers"] for row in best)
    return {
        "rows": rows,
        "customers": customers,
        "value": value,
        "change": sum(known) if known else None,
        "by_customers": [(f"t{row['mark'].level}", row["customers"]) for row in rows],
        "by_value": [(f"t{row['mark'].level}", max(row["value"], 0)) for row in rows],
        "best": many,
        "best_names": _(", ").join(row["mark"].name for row in best),
        "best_share": rules.ratio(many, customers),
        "best_value": held,
        "best_value_share": rules.ratio(float(held), float(value)),
    }


def _migration(
    asked: Asked,
    picture: Picture,
    marks: Mapping[str, TierMark],
    drill: Drill,
    scheme: Scheme | None,
) -> dict[str, Any]:
    ways = rules.sums(picture.moves)
    code = scheme.code if scheme else ""
    moved = sum(ways.get(way, 0) for way in ("up", "down", rules.GONE))
    found: dict[str, Any] = {
        "ways": {"moved": moved, **{w: ways.get(w, 0) for w in ("up", "down", "left", "same")}},
        "shows": [
            ("moved", _("Movers only")),
            ("all", _("Everybody")),
            ("matrix", _("Matrix")),
        ],
    }
    if asked.show == "matrix":
        return found | {"matrix": charts.matrix(picture.moves, marks, drill=drill, scheme=code)}
    flow = charts.migration(
        picture.moves, marks, drill=drill, scheme=code, everybody=asked.show == "all"
    )
    return found | {"flow": flow}


def _stages(picture: Picture, drill: Drill) -> list[dict[str, Any]]:
    largest = max((group.customers for group in picture.stages.values()), default=0)
    kinds = {"at_risk": "d", "dormant": "x", "lost": "x"}
    return [
        {
            "name": STAGES[code],
            "heavy": code in {"at_risk", "dormant"},
            "customers": group.customers,
            "change": group.customers - group.before if group.before is not None else None,
            "share": rules.ratio(group.customers, largest) or 0,
            "kind": kinds.get(code, ""),
            "href": drill.rows([("stage", code)], STAGES[code]),
        }
        for code, group in picture.stages.items()
    ]


def _classes(picture: Picture, drill: Drill) -> list[dict[str, Any]]:
    total = float(sum(group.value for group in picture.classes.values()))
    return [
        {
            "name": name,
            "customers": group.customers,
            "share": rules.ratio(float(group.value), total),
            "href": drill.rows([("abc_class", name)], f"ABC: {name}"),
        }
        for name, group in sorted(picture.classes.items())
    ]

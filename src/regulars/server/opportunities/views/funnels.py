"""The funnel with its forecast; what stands behind the figures that lead to no list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.opportunities import queries
from regulars.server.opportunities.queries import Wanted
from regulars.server.opportunities.rules import median
from regulars.server.opportunities.views.opening import (
    SPAN,
    day,
    offset,
    wanted,
    whose,
    words_of,
)

PAGE = 50
CUT = ("view", "made", "kind", "source", "owner", "branch")  # what a funnel is narrowed by


@dataclass(frozen=True)
class Drilled:
    """A figure of the page with the addresses of the rows behind it."""

    it: Any
    to: Mapping[str, str]


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def funnel(request: SignedIn) -> HttpResponse:
    """Stage by stage: how many came, went on, ended, stand; and what the open ones bring."""
    at, viewer = timezone.now(), request.user
    asked = cut_of(request)
    told, cast = queries.funnel(viewer, asked, at), forecast_of(asked)
    by = request.GET.get("by", "kind")
    by = by if by in queries.CUTS else "kind"
    context = {
        "funnel": told,
        "to": _ends(asked),
        "levels": [Drilled(each, _of_level(asked, each)) for each in told.levels],
        "whys": [
            Drilled(each, {"rows": _list(asked, state=each.state, reason=each.code)})
            for each in told.whys
        ],
        "rivals": [
            (name, n, _list(asked, state="lost", competitor=name)) for name, n in told.rivals
        ],
        "rows": [
            Drilled(each, _ends(asked, **{by: each.key}))
            for each in queries.cut(viewer, asked, at, by=by)
        ],
        "by": by,
        "cuts": _cuts(viewer.may(Permission.SEE_TEAM)),
        **_forecast(request, cast, at),
        "spans": [(str(n), _("%(n)s months") % {"n": n}) for n in queries.SPANS],
        "span": str(asked.made),
        "pills": [each for each in words_of(viewer, asked) if each[0] != "made"],
        "at": at,
        **whose(request, asked),
    }
    return render(request, "opportunities/funnel.html", context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def stays(request: SignedIn) -> HttpResponse:
    """Every stay behind the median of a stage, the longest first."""
    at, asked = timezone.now(), cut_of(request)
    stage = queries.stage(request.GET.get("stage", ""))
    if stage is None or stage.ends:
        raise Http404
    found, start = queries.stood(request.user, asked, stage, at), offset(request)
    context = {
        "rows": found[start : start + PAGE],
        "next": start + PAGE if len(found) > start + PAGE else None,
        "count": len(found),
        "median": median(each.stay.days for each in found),
        "stage": stage,
        "span": asked.made,
        "at": at,
        "nav": "opportunities",
    }
    part = request.htmx and start
    name = "opportunities/_stays.html" if part else "opportunities/stays.html"
    return render(request, name, context)


@require_GET
@needs(Permission.SEE_CUSTOMERS)
def expected(request: SignedIn) -> HttpResponse:
    """Book by book what was expected of a month when it began, and what came in it."""
    at, asked = timezone.now(), cut_of(request)
    month = day(f"{request.GET.get('month', '')[:7]}-01")
    if month is None:
        raise Http404
    rows = queries.promised(request.user, asked, month, at)
    view = _won_in(asked)
    context = {
        "rows": [
            Drilled(each, {"won": _address(view=view, state="won", book=each.book.code,
                                           month=f"{month:%Y-%m}")})
            for each in rows
        ],
        "month": month,
        "nav": "opportunities",
    }  # fmt: skip
    return render(request, "opportunities/expected.html", context)


def cut_of(request: SignedIn) -> Wanted:
    """What a funnel is made of: by whose, since when, and of which part alone."""
    asked = wanted(request, view=queries.PLACE)
    kept = {name: getattr(asked, name) for name in CUT}
    return Wanted(**kept | {"state": "all", "made": asked.made or SPAN})


def forecast_of(asked: Wanted) -> Wanted:
    """A forecast is of everything open, whenever it was made."""
    kept = {name: getattr(asked, name) for name in CUT if name != "made"}
    return Wanted(**kept | {"state": "open"})


def _forecast(request: SignedIn, asked: Wanted, at: datetime) -> dict[str, Any]:
    told = queries.forecast(request.user, asked, at)
    everything = request.user.scope.everything
    groups = (("later", "ahead"), ("overdue", "overdue"), ("undated", "undated"))
    return {
        "forecast": told,
        "cast": {
            "whole": _list(asked),
            "unpriced": _list(asked, press="unpriced"),
            **{name: _list(asked, press=press) for name, press in groups},
        },
        "months": [
            Drilled(each, {"rows": _list(asked, month=f"{each.month:%Y-%m}")})
            for each in told.months
        ],
        # Own rates are the whole company's: who sees less of it reads them, without rows.
        "chances": [
            Drilled(each, _of_rate(each) if everything else {}) for each in told.chances
        ],
        "checks": [
            Drilled(each, {
                "won": _address(view=_won_in(asked), branch=asked.branch, state="won",
                                month=f"{each.month:%Y-%m}"),
                "expected": f"{reverse('opportunities:expected')}?" + urlencode(
                    _parts(asked) | {"month": f"{each.month:%Y-%m}"}),
            })
            for each in told.checks
        ],
    }  # fmt: skip


def _of_level(asked: Wanted, level: queries.Level) -> dict[str, str]:
    at, code = level.rung.position, level.stage.code
    stays = _parts(asked) | {"stage": code}
    return {
        "reached": _list(asked, reached=at),
        "passed": _list(asked, passed=at),
        "left": _list(asked, left=at),
        "ended": _list(asked, state="lost", ended=at),
        "waits": _list(asked, state="open", waits=at),
        "stale": _list(asked, state="open", stage=code, press="stale"),
        "stays": f"{reverse('opportunities:stays')}?{urlencode(stays)}",
    }


def _of_rate(of: queries.StageChance) -> dict[str, str]:
    day = of.stage.measured_on
    if day is None:
        return {}
    told = {"view": queries.PLACE, "reached": of.stage.position, "rated": day.isoformat()}
    return {"won": _address(**told, state="won"), "of": _address(**told, state="ended")}


def _ends(asked: Wanted, **more: object) -> dict[str, str]:
    states = ("all", "open", "won", "lost", "ended")
    return {state: _list(asked, state=state, **more) for state in states}


def _list(asked: Wanted, **more: Any) -> str:
    return _address(**_parts(asked) | more)


def _parts(asked: Wanted) -> dict[str, Any]:  # as urlencode takes them
    return {name: getattr(asked, name) for name in (*CUT, "state")}


def _address(**parts: Any) -> str:
    told = {name: value for name, value in parts.items() if value not in ("", None)}
    if not told.get("made"):
        told.pop("made", None)
    return f"{reverse('opportunities:index')}?{urlencode(told | {'as': 'list'})}"


def _won_in(asked: Wanted) -> str:
    return queries.BOOKS if asked.view == queries.MINE else asked.view


def _cuts(leads: bool) -> Iterable[tuple[str, str]]:
    cuts = [("kind", _("Kind")), ("source", pgettext("opportunity", "Source"))]
    return [*cuts, ("owner", _("Owner")), ("branch", _("Branch"))] if leads else cuts

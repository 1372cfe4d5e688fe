"""The key figures of a period: each with its parts, its definition and its customers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.insight import forms, queries
from regulars.server.insight.forms import Asked
from regulars.server.insight.queries import Sheet, Stand
from regulars.server.insight.rules import Kpi
from regulars.server.insight.views import definitions, words
from regulars.server.insight.views.drill import HERE, Drill, Pairs
from regulars.server.tiers import queries as tiers

BANK = (
    *("retention", "churn", "growth", "coverage", "aum_growth", "aum_retention"),
    *("net_new_money", "repeat_rate"),
)
RETAIL = (
    *("retention", "churn", "growth", "coverage", "spend_growth", "repeat_rate"),
    *("grr", "nrr"),
)


@dataclass(frozen=True)
class Bar:
    """One month of a small picture, in a box of 12 by 30; None is not covered."""

    x: float
    y: float
    height: float
    css: str


@dataclass(frozen=True)
class Shown:
    """A figure with its words and its addresses."""

    kpi: Kpi
    name: str
    definition: str
    parts: tuple[str, str]
    numerator_href: str
    denominator_href: str
    people_href: str
    bars: tuple[Bar, ...]
    bars_of: str


@require_GET
@needs(Permission.SEE_KPIS)
def kpis(request: SignedIn) -> HttpResponse:
    """The page of one period."""
    span = queries.known_days()
    if span is None:
        return render(request, "insight/none.html", {"page": "kpis"})
    asked = forms.read(request.GET.dict(), span, usual=queries.usual_date() or span.last)
    now = queries.stand(request.user, asked.on)
    context = {
        "page": "kpis",
        "span": span,
        "asked": asked,
        "now": now,
        "branches": queries.branches(request.user),
        "stored": queries.stored_dates()[:8],
        "kept": [("span", asked.span)],
    }
    if now.run is None or not queries.is_complete(now.run):
        return render(request, "insight/missing.html", context)
    return render(request, "insight/kpis.html", context | _page(request, asked, now))


def _page(request: SignedIn, asked: Asked, now: Stand) -> dict[str, Any]:
    assert now.run is not None
    sheet = queries.sheet(request.user, now.run, span=asked.span, branch=asked.branch)
    is_bank = "aum" in now.run.result.get("summary", {})
    drill = Drill(now.run, None, asked.branch)
    found = {kpi.code: kpi for kpi in sheet.kpis}
    chosen = [code for code in (BANK if is_bank else RETAIL) if code in found]
    return {
        "run": now.run,
        "sheet": sheet,
        "start": sheet.start + timedelta(days=1),
        "before_start": sheet.before + timedelta(days=1),
        "before_stop": sheet.start,
        "spans": list(words.SPANS.items()),
        "shown": [_shown(found[code], sheet, drill, asked.span) for code in chosen],
        "newer_facts": queries.has_newer_facts(now.run),
    }


def _shown(kpi: Kpi, sheet: Sheet, drill: Drill, span: str) -> Shown:
    said = definitions.OF[kpi.code]
    top, bottom = _wheres(kpi.code, span, sheet)
    name = str(said.name)
    return Shown(
        kpi=kpi,
        name=name,
        definition=str(said.definition) % {"tiers": _names(sheet)}
        if kpi.code == "coverage"
        else str(said.definition),
        parts=(str(said.numerator), str(said.denominator)),
        numerator_href=drill.rows(top, f"{name}{_(': ')}{said.numerator}"),
        denominator_href=drill.rows(bottom, f"{name}{_(': ')}{said.denominator}"),
        people_href=drill.rows(bottom, name),
        bars=bars(kpi.months),
        bars_of=str(said.bars),
    )


def _names(sheet: Sheet) -> str:
    marks = tiers.primary_marks()
    return _(", ").join(marks[code].name for code in sheet.covered if code in marks)


def _wheres(code: str, span: str, sheet: Sheet) -> tuple[Pairs, Pairs]:
    """The columns of the run's frame behind the numerator and the denominator."""
    now, before = (f"active_{span}", "true"), (f"before_{span}", "true")
    covered = [*HERE, *(("tier", tier) for tier in sheet.covered)]
    held = [(f"held_{span}", "true")]
    return {
        "retention": ([before, now], [before]),
        "churn": ([before, (f"active_{span}", "false")], [before]),
        "growth": ([now], [before]),
        "spend_growth": ([before], [before]),
        "grr": ([before], [before]),
        "nrr": ([before], [before]),
        "repeat_rate": ([now, (f"again_{span}", "true")], [now]),
        "coverage": ([*covered, (f"met_{span}", "true")], covered),
        "aum_growth": (held, held),
        "aum_retention": (held, held),
        "net_new_money": ([("aum", "0.01..")], held),
    }[code]


def bars(months: tuple[float | None, ...]) -> tuple[Bar, ...]:
    """Twelve bars from zero; the last is the month of the date."""
    largest = max((value for value in months if value is not None), default=0.0)
    if largest <= 0:
        return ()
    found = []
    for place, value in enumerate(months):
        height = 30 * max(value or 0.0, 0.0) / largest
        css = "none" if value is None else "last" if place == len(months) - 1 else ""
        found.append(Bar(place * 10 + 1, 32 - max(height, 1.0), max(height, 1.0), css))
    return tuple(found)

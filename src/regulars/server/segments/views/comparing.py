"""Two segments side by side: sizes, overlap, and what differs most."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET

from regulars.base.errors import BadInput
from regulars.server.core.access import SignedIn, needs
from regulars.server.core.rules import Permission
from regulars.server.segments import queries
from regulars.server.segments.forms.sentence import sentence
from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import asking, comparing, saved
from regulars.server.segments.queries.comparing import Comparison, Contrast
from regulars.server.segments.queries.ground import Ground, ground
from regulars.server.segments.rules import Group, Node, from_text, text
from regulars.server.segments.views.building import list_href, when_ready
from regulars.server.web import rules as web

REST = "rest"
FIRST = 15  # contrasts that are shown at once
WIDE = 240  # units of the bars' pictures


@dataclass(frozen=True)
class Bar:
    """One row of the comparison, as the page draws it."""

    label: str
    one: str
    other: str
    one_href: str
    other_href: str
    one_at: float
    other_at: float
    strength: str
    low: str
    high: str
    size: str
    more: str  # which side has more: one, other


@dataclass(frozen=True)
class Chosen:
    """One side: its name and its rule."""

    key: str
    name: str
    rule: Node
    sentence: str = ""


@require_GET
@needs(Permission.SEE_CUSTOMERS)
@when_ready
def compare(request: SignedIn) -> HttpResponse:
    """Compare two segments, or one with everybody else."""
    of = ground(request.user, timezone.now())
    words = Words(request.user)
    one = _side(request, of, words, request.GET.get("one", ""), request.GET.get("rule", ""))
    others = [(s.public_id, s.name) for s in queries.segments(request.user)]
    context: dict[str, Any] = {
        "choices": others,
        "one": one,
        "rule": request.GET.get("rule", ""),
        "rest": REST,
        "of": of,
    }
    if one is None:
        return render(request, "segments/compare.html", context)
    wanted = request.GET.get("other", "") or REST
    other = (
        Chosen(REST, _("everybody else"), comparing.rest(one.rule))
        if wanted == REST
        else _side(request, of, words, wanted, "")
    )
    if other is None:
        raise Http404
    found = comparing.compare(request.user, one.rule, other.rule, of)
    bars = [_bar(c, one, other, found, words, of) for c in found.contrasts if c.by.is_sure]
    context |= {
        "other": other,
        "found": found,
        "bars": bars[:FIRST],
        "more_bars": bars[FIRST:],
        "unsure": sum(1 for c in found.contrasts if not c.by.is_sure),
        "one_href": list_href(text(one.rule)),
        "other_href": list_href(text(other.rule)),
        "both_href": list_href(text(Group("all", (one.rule, other.rule)))),
        "venn": venn(found),
    }
    return render(request, "segments/compare.html", context)


def venn(found: Comparison) -> dict[str, float]:
    """Two circles whose areas are the sizes, as near as they overlap."""
    most = max(found.one, found.other, 1)
    a, b = 54 * (found.one / most) ** 0.5, 54 * (found.other / most) ** 0.5
    a, b = max(a, 6.0), max(b, 6.0)
    shared = found.both / max(min(found.one, found.other), 1)
    # At no overlap the circles touch not; at full overlap the small one lies inside.
    apart = (a + b + 6) * (1 - shared) + abs(a - b) * shared
    left = 110 - (a + apart + b) / 2
    return {"ax": left + a, "bx": left + a + apart, "ar": a, "br": b, "y": 64}


def _side(
    request: SignedIn, of: Ground, words: Words, public_id: str, rule: str
) -> Chosen | None:
    try:
        if rule:
            node = asking.settle(from_text(rule), of)
            return Chosen("", _("this rule"), node, sentence(node, of.fields, words))
        if not public_id:
            return None
        found = queries.segment(request.user, public_id)
        if found is None:
            raise Http404
        return Chosen(found.public_id, found.name, asking.settle(saved.rule_of(found), of))
    except BadInput as error:
        raise Http404 from error


def _bar(
    found: Contrast, one: Chosen, other: Chosen, whole: Comparison, words: Words, of: Ground
) -> Bar:
    top = max(abs(found.one.mean), abs(found.other.mean)) or 1.0
    low = min(found.one.mean, found.other.mean, 0.0)
    span = (top - low) or 1.0
    return Bar(
        label=_label(found, words),
        one=_figure(found, found.one.mean, words),
        other=_figure(found, found.other.mean, words),
        one_href=list_href(text(Group("all", (one.rule, found.condition)))),
        other_href=list_href(text(Group("all", (other.rule, found.condition)))),
        one_at=round(8 + (WIDE - 16) * (found.one.mean - low) / span, 1),
        other_at=round(8 + (WIDE - 16) * (found.other.mean - low) / span, 1),
        strength=f"{abs(found.by.strength):.2f}",
        low=f"{min(abs(found.by.low), abs(found.by.high)):.2f}",
        high=f"{max(abs(found.by.low), abs(found.by.high)):.2f}",
        size=found.by.size,
        more="one" if found.by.strength > 0 else "other",
    )


def _label(found: Contrast, words: Words) -> str:
    label = words.label(found.field)
    if not found.value or found.field.kind == "flag":
        return label
    return _("%(label)s: %(value)s") % {
        "label": label,
        "value": words.value(found.field, found.value),
    }


def _figure(found: Contrast, mean: float, words: Words) -> str:
    if found.value:
        return web.percent(mean, digits=0 if mean >= 0.1 or not mean else 1)
    if found.field.kind == "share":
        return web.percent(mean, digits=0)
    if found.field.kind == "date":
        return ngettext("%(n)s day ago", "%(n)s days ago", round(mean)) % {
            "n": web.count(round(mean))
        }
    if found.field.kind in ("money", "total"):
        return words.amount(found.field, mean)
    return words.amount(found.field, round(mean, 1) if abs(mean) < 100 else round(mean))

"""Bars, ranges and charts. Small ones are inline SVG: they need no script."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from zlib import crc32

from django.template import Library
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from regulars.server.web import rules
from regulars.server.web.rules import Number

register = Library()


@register.simple_tag
def bar(
    share: Number | None, kind: str = "", label: str = "", tall: bool = False
) -> SafeString:
    """`{% bar share %}`: a share of one; kinds: w (watch), d (danger), g (pale), x (grey)."""
    width = round(100 * min(1.0, max(0.0, float(share or 0))), 2)
    return format_html(
        '<svg class="bar{}" viewBox="0 0 100 6" preserveAspectRatio="none" {}>'
        '<rect class="{}" width="{}" height="6"/></svg>',
        " h8" if tall else "",
        _said(label),
        kind,
        _number(width),
    )


@register.simple_tag
def split_bar(
    parts: Iterable[tuple[str, Number]], css: str = "shr", label: str = ""
) -> SafeString:
    """`{% split_bar parts %}`: pairs (class, value), side by side.

    Classes: t5..t1 with css "shr"; a b c d with "cov" (done, open, late) or "cov mix".
    """
    rects = format_html_join(
        "",
        '<rect class="{}" x="{}" width="{}" height="14"/>',
        ((s.kind, _number(s.start), _number(s.width)) for s in rules.slices(list(parts))),
    )
    return format_html(
        '<svg class="{}" viewBox="0 0 100 14" preserveAspectRatio="none" {}>{}</svg>',
        css,
        _said(label),
        rects,
    )


@register.simple_tag
def range_bar(low: Number, mid: Number, high: Number) -> SafeString | str:
    """`{% range_bar low mid high %}`: an estimate with the range it probably lies in."""
    placed = rules.spread(low, mid, high)
    if placed is None:
        return ""
    return format_html(
        '<svg class="rng" viewBox="0 0 200 16" preserveAspectRatio="none" aria-hidden="true">'
        '<line class="t" x1="0" x2="200" y1="8" y2="8"/>'
        '<line class="b" x1="{}" x2="{}" y1="8" y2="8"/>'
        '<line class="e" x1="{}" x2="{}" y1="2" y2="14"/></svg>',
        _number(placed.low),
        _number(placed.high),
        _number(placed.middle),
        _number(placed.middle),
    )


@register.simple_tag
def gauge(share: Number | None, level: str = "high") -> SafeString:
    """`{% gauge risk "high" %}`: the risk arc; levels high, mid, low."""
    if share is None:
        return format_html("{}", rules.NOTHING)
    said = rules.percent(share, digits=0)
    return format_html(
        '<svg class="gauge" viewBox="0 0 92 56" role="img" aria-label="{}">'
        '<path class="a" d="M8 48a38 38 0 0 1 76 0"/>'
        '<path class="v {}" pathLength="100" stroke-dasharray="{} 100" '
        'd="M8 48a38 38 0 0 1 76 0"/><text x="46" y="48">{}</text></svg>',
        said,
        level,
        _number(round(100 * float(share), 1)),
        said,
    )


@register.simple_tag
def dots(share: Number, label: str) -> SafeString:
    """`{% dots share label %}`: so many of a hundred people."""
    filled = round(100 * float(share))
    circles = format_html_join(
        "",
        '<circle class="{}" cx="{}" cy="{}" r="3.2"/>',
        (("y" if i < filled else "", i % 10 * 10 + 5, i // 10 * 10 + 5) for i in range(100)),
    )
    return format_html(
        '<svg class="dotsg" viewBox="0 0 100 100" role="img" aria-label="{}">{}</svg>',
        label,
        circles,
    )


@register.filter
def heat(value: Number | None, largest: Number | None = None) -> str:
    """`{{ cell.value|heat:max }}`: the class of a heat cell; without max, value is a share."""
    if value is None or largest == 0:
        return ""
    return rules.heat(float(value) / float(largest) if largest is not None else float(value))


@register.inclusion_tag("web/parts/chart.html")
def chart(kind: str, data: dict[str, Any], label: str, height: int = 240) -> dict[str, Any]:
    """`{% chart "pareto" data label 260 %}`: kinds and their data stand in PARTS.md.

    `data["table"]`, {"head": [...], "rows": [[...]]}, is what "see as table" shows.
    """
    return {
        "kind": kind,
        "data": data,
        "label": label,
        "height": height,
        "key": f"chart-{kind}-{crc32(str(label).encode()):x}",
        "table": data.get("table"),
    }


def _said(label: str) -> SafeString:
    if not label:
        return format_html('aria-hidden="{}"', "true")
    return format_html('role="img" aria-label="{}"', label)


def _number(value: float) -> str:
    """A number as SVG reads it, whatever the reader's language."""
    return f"{value:g}"

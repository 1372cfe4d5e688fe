"""Scores in words: `{% figure score kind %}` gives “50.0 ± 9.3”, never without interval."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from regulars.server.voice.forms import words
from regulars.server.voice.rules.counts import Rate
from regulars.server.voice.rules.scores import FEWEST, Score

register = template.Library()
MINUS = "−"
SHARES = ("csat", "ces", "share")


@register.simple_tag
def figure(score: Score | None, kind: str = "share") -> str | SafeString:
    """A score with its interval, or why it has none."""
    if score is None:
        return "—"
    value, low, high = (number(each, kind) for each in (score.value, score.low, score.high))
    if not score.enough:
        return format_html('<b>{}</b> <span class="s m nw">{}</span>', value, _why(score))
    if kind == "nps":
        margin = number(score.margin, kind)
        return format_html('<b>{}</b> <span class="s m nw">± {}</span>', value, margin)
    if kind in SHARES:
        return format_html('<b>{}%</b> <span class="s m nw">{}–{}%</span>', value, low, high)
    span = _("%(low)s to %(high)s") % {"low": low, "high": high}
    return format_html('<b>{}</b> <span class="s m nw">{}</span>', value, span)


@register.simple_tag
def often(rate: Rate) -> str | SafeString:
    """How often complaints come, with the interval of their count."""
    if rate.value is None or rate.low is None or rate.high is None:
        return "—"
    value, low, high = (f"{each:.2f}" for each in (rate.value, rate.low, rate.high))
    return format_html('<b>{}</b> <span class="s m nw">{}–{}</span>', value, low, high)


@register.simple_tag
def moved(change: Any, kind: str = "nps") -> str | SafeString:
    """How far a score moved since the wave before, and whether that is more than chance."""
    if change is None:
        return ""
    factor = scale_of(kind)
    digits = 1 if factor == 100 else 2
    sign = "▲" if change.value > 0 else "▼" if change.value < 0 else ""
    moved_by = f"{abs(factor * change.value):.{digits}f}"
    if not change.enough:
        return format_html(
            '<span class="nw">{} {}</span> <span class="s m nw">{}</span>',
            sign, moved_by, _("too few answers to tell"),
        )  # fmt: skip
    said = _("clear") if change.is_clear else _("within chance")
    low, high = (_signed(factor * each, digits) for each in (change.low, change.high))
    return format_html(
        '<span class="nw">{} {}</span> <span class="s m nw">{}–{} · {}</span>',
        sign, moved_by, low, high, said,
    )  # fmt: skip


def scale_of(kind: str) -> int:
    """NPS and shares are told in hundredths, means as they are."""
    return 100 if kind in (*SHARES, "nps") else 1


@register.filter
def number(value: float, kind: str = "share") -> str:
    """A figure: hundredths of NPS and shares, two digits of a mean, three of a gap."""
    if kind in (*SHARES, "nps"):
        return _signed(max(-100.0, min(100.0, 100 * value)), 1)
    return _signed(value, 3 if kind == "gap" else 2)


@register.filter
def signed(value: int) -> str:
    """A difference of whole steps, with a true minus."""
    return f"+{value}" if value > 0 else _signed(value, 0)


@register.filter
def topic(code: str) -> str:
    return str(words.TOPICS.get(code, code))


@register.filter
def left_out(code: str) -> str:
    return str(words.left_out(code))


@register.filter
def class_name(code: str) -> str:
    return str(words.CLASSES.get(code, code))


@register.filter
def class_mark(code: str) -> str:
    """Colour of a class; the word always stands beside it."""
    return words.MARKS.get(code, "")


@register.filter
def step_word(kind: str, value: int) -> str:
    """What a step of a scale is called, where it has a word."""
    return str(words.STEPS.get(kind, {}).get(value, ""))


def _why(score: Score) -> str:
    if score.n == 1:
        return _("one answer")
    return _("all alike") if score.n >= FEWEST else _("too few answers to tell")


def _signed(value: float, digits: int) -> str:
    text = f"{abs(value):.{digits}f}"
    return f"{MINUS}{text}" if value < 0 and float(text) else text

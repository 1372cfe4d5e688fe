"""What a person may choose on these pages, and the sentence for what cannot be shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.insight import rules
from regulars.server.insight.queries import Span, runs
from regulars.server.web.rules import day as day_words

SHOWS = ("moved", "all", "matrix")


@dataclass(frozen=True)
class Asked:
    """A page as somebody asked for it; `problem` is a sentence about a date."""

    on: date
    against: date | None = None
    chosen_against: bool = False  # somebody picked the comparison
    branch: str = ""
    scheme: str = ""
    show: str = "moved"
    span: str = rules.USUAL_SPAN
    problem: str = ""


def read(given: Mapping[str, str], span: Span, *, usual: date) -> Asked:
    """Read an address. A date that cannot be shown becomes the usual one and a sentence.

    The form sends the comparison it showed as `shown_against`: one that nobody touched
    follows the date.
    """
    on, problem = _date(given.get("on", ""), span)
    untouched = given.get("against", "") == given.get("shown_against")
    against, other = (None, "") if untouched else _date(given.get("against", ""), span)
    chosen = on or usual
    if against is not None and against >= chosen:
        other = _(
            "%(against)s does not lie before %(on)s. Choose an earlier date to compare with."
        ) % {"against": _day(against), "on": _day(chosen)}
        against = None
    show, period = given.get("show", ""), given.get("span", "")
    return Asked(
        on=chosen,
        against=against or runs.usual_comparison(chosen, span.first),
        chosen_against=against is not None,
        branch=given.get("branch", "")[:40],
        scheme=given.get("scheme", "")[:40],
        show=show if show in SHOWS else SHOWS[0],
        span=period if period in rules.SPANS else rules.USUAL_SPAN,
        problem=problem or other,
    )


def day_to_compute(text: str, span: Span | None) -> tuple[date | None, str]:
    """The date somebody wants computed, or why it cannot be."""
    if span is None:
        return None, _("There are no transactions and no balances yet. Bring them first.")
    day, problem = _date(text, span)
    return day, problem or ("" if day else _("Choose a date."))


def _date(text: str, span: Span) -> tuple[date | None, str]:
    if not text:
        return None, ""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None, _("“%(text)s” is no date. Write it like 2026-10-31.") % {"text": text[:20]}
    names = {"day": _day(day), "first": _day(span.first), "last": _day(span.last)}
    if day > span.stop:
        return None, (
            _("%(day)s lies after the last day we know of. The facts end on %(last)s.") % names
        )
    if day < span.first:
        return None, (
            _("%(day)s lies before the first day we know of. The facts begin on %(first)s.")
            % names
        )
    return day, ""


def _day(day: date) -> str:
    return day_words(day, "full", language=get_language())

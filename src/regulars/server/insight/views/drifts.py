"""How far the base moved since an earlier run, column by column, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.insight.views import codes, pictures, words
from regulars.server.segments.forms.listing import STAGES
from regulars.server.web import rules as web

MONEY = ("value", "spend_365", "clv_36", "contribution_12", "aum")
SHARES = ("p_alive",)
TEXTS: Mapping[str, Mapping[str, Any]] = {"stage": STAGES, "rfm_type": words.TYPES}


def drift(card: Mapping[str, Any] | None, *, currency: str) -> dict[str, Any] | None:
    """The columns with their verdicts, the most moved first; None without an earlier run."""
    known = [each for each in (card or {}).get("columns", []) if _is_filled(each)]
    if not known:
        return None
    rows = [_row(each, currency) for each in known]
    counts = {code: sum(row["code"] == code for row in rows) for code in codes.DRIFTS}
    return {"rows": rows, "sentence": _sentence(counts, len(rows)), "counts": counts}


def _is_filled(each: Mapping[str, Any]) -> bool:
    """Whether anybody has a value at all: a shop's frame knows no assets."""
    return any(label is not None for label, _before, _now in each["classes"])


def _sentence(counts: Mapping[str, int], n: int) -> str:
    figures = {"changed": counts["changed"], "watch": counts["watch"], "n": n}
    if counts["not_enough"] == n:
        return _("Too few customers to tell whether the base has moved.")
    if counts["changed"]:
        return (
            _(
                "%(changed)s of %(n)s figures changed, %(watch)s are to be watched: read what "
                "was learned before with care, and learn again."
            )
            % figures
        )
    if counts["watch"]:
        return _("None of %(n)s figures changed; %(watch)s are to be watched.") % figures
    return _("All %(n)s figures are stable: scores mean what they meant.") % figures


def _row(each: Mapping[str, Any], currency: str) -> dict[str, Any]:
    name = str(each["column"])
    classes = _classes(name, each["classes"], currency)
    return {
        "code": each["verdict"],
        "sign": codes.DRIFTS[each["verdict"]],
        "name": codes.DRIFT_LABELS.get(name, name),
        "index": each["index"],
        "is_text": name in TEXTS,
        "before": _level(name, each["before"], currency),
        "now": _level(name, each["now"], currency),
        "pairs": pictures.pairs(classes),
    }


def _classes(
    name: str, classes: Sequence[Sequence[Any]], currency: str
) -> list[tuple[str, float, float]]:
    found, lower = [], None
    for label, before, now in classes:
        found.append((_label(name, label, lower, currency), before, now))
        lower = label
    return found


def _label(name: str, label: str | None, lower: str | None, currency: str) -> str:
    if label is None:
        return _("unknown")
    if name in TEXTS:
        return _("others") if label == "…" else str(TEXTS[name].get(label, label))
    if label == "inf":
        return _("above %(edge)s") % {"edge": _figure(name, float(lower or 0), currency)}
    return _("up to %(edge)s") % {"edge": _figure(name, float(label), currency)}


def _level(name: str, value: float | None, currency: str) -> str:
    if value is None:
        return web.NOTHING
    return web.percent(value) if name in TEXTS else _figure(name, value, currency)


def _figure(name: str, value: float, currency: str) -> str:
    if name in MONEY:
        return str(web.money(value, language=get_language(), currency=currency))
    if name in SHARES:
        return web.percent(value)
    if float(value).is_integer() or abs(value) >= 100:
        return web.count(round(value))
    return f"{value:,.1f}".replace("-", web.MINUS)

"""A rule as one sentence, in the reader's language. Two rules never read the same.

Values stand between two marks that no text holds, so that a page can make them bold after
everything was escaped.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from regulars.server.segments.forms.words import NARROWED, Words, spanned
from regulars.server.segments.rules.fields import Field
from regulars.server.segments.rules.tree import Condition, Group, Node, Window
from regulars.server.web import rules as web

OPEN, CLOSE = "\x02", "\x03"
BOARD: Mapping[str, Any] = {
    "ge": _("%(label)s is at least %(a)s"),
    "lt": _("%(label)s is under %(a)s"),
    "between": _("%(label)s is from %(a)s to %(b)s"),
    "top": _("%(label)s is among the top %(a)s"),
    "bottom": _("%(label)s is among the last %(a)s"),
    "known": _("%(label)s is known"),
    "unknown": _("%(label)s is not known"),
    "in": _("%(label)s is %(a)s"),
    "not_in": _("%(label)s is not %(a)s"),
    "within": _("%(label)s lies in the last %(a)s"),
    "not_within": _("%(label)s does not lie in the last %(a)s"),
    "after": _("%(label)s lies on or after %(a)s"),
    "before": _("%(label)s lies before %(a)s"),
    "yes": _("%(label)s: yes"),
    "no": _("%(label)s: no"),
    "next_month": _("%(label)s is next month"),
    "this_month": _("%(label)s is this month"),
    "in_month": _("%(label)s is in %(a)s"),
    "ahead": _("%(label)s is in the next %(a)s"),
    "has": _("%(label)s mentions %(a)s"),
    "none": _("%(label)s: none"),
}
DATES = {"between": _("%(label)s lies from %(a)s to %(b)s")}
FACTS: Mapping[str, Any] = {
    "ge": _("%(label)s%(only)s %(window)s is at least %(a)s"),
    "lt": _("%(label)s%(only)s %(window)s is under %(a)s"),
    "between": _("%(label)s%(only)s %(window)s is from %(a)s to %(b)s"),
    "none": _("%(label)s%(only)s %(window)s: none"),
    "fell": _("%(label)s%(only)s %(window)s fell by at least %(a)s"),
    "rose": _("%(label)s%(only)s %(window)s rose by at least %(a)s"),
}


# Han beside digits or Latin takes a space; patterns and values cannot know their neighbours.
HAN = "[\u4e00-\u9fff]"
BEFORE = re.compile(f"({HAN}[{OPEN}{CLOSE}]*)(?=[{OPEN}{CLOSE}]*[A-Za-z0-9\u00a5\u2212])")
AFTER = re.compile(f"([A-Za-z0-9%]{{1}}[{OPEN}{CLOSE}]*)(?=[{OPEN}{CLOSE}]*{HAN})")


def sentence(node: Node, fields: Mapping[str, Field], words: Words) -> str:
    """Read a settled rule back, as plain text."""
    return _read(node, fields, words).replace(OPEN, "").replace(CLOSE, "")


def marked(node: Node, fields: Mapping[str, Field], words: Words) -> SafeString:
    """The same with its values in bold."""
    text = escape(_read(node, fields, words))
    # Everything was escaped; the two marks are ours.
    return mark_safe(text.replace(OPEN, "<b>").replace(CLOSE, "</b>"))


def _read(node: Node, fields: Mapping[str, Field], words: Words) -> str:
    if isinstance(node, Group):
        text = _group(node, fields, words, outermost=True) + pgettext("sentence", ".")
    else:
        text = _condition(node, fields, words)
    if not web.is_chinese(get_language()):
        return text
    return AFTER.sub(r"\1 ", BEFORE.sub(r"\1 ", text))


def _group(
    node: Group, fields: Mapping[str, Field], words: Words, *, outermost: bool = False
) -> str:
    parts = [
        _group(part, fields, words)
        if isinstance(part, Group)
        else _condition(part, fields, words)
        for part in node.parts
    ]
    if not parts:
        return pgettext("sentence", "Everybody") if outermost else gettext("(everybody)")
    if node.mode == "none":
        listed = pgettext("sentence", "; or ").join(parts)
        text = gettext("none of this holds: %(parts)s") % {"parts": listed}
        return text if outermost else _bracketed(text)
    joint = (
        pgettext("sentence", ", and ") if node.mode == "all" else pgettext("sentence", ", or ")
    )
    text = joint.join(parts)
    return text if outermost else _bracketed(text)


def _bracketed(text: str) -> str:
    return gettext("(%(text)s)") % {"text": text}


def _condition(node: Condition, fields: Mapping[str, Field], words: Words) -> str:
    field = fields.get(node.field)
    if field is None:
        return gettext("“%(name)s”, which is not there any more") % {"name": node.field}
    patterns = FACTS if field.origin == "facts" else BOARD
    if field.kind == "date":
        patterns = {**patterns, **DATES}
    values = [_strong(text) for text in _values(node, field, words)]
    given = {
        "label": words.said(field),
        "a": values[0] if values else "",
        "b": values[1] if len(values) > 1 else "",
        "window": _strong(_window(node.window, field)) if node.window else "",
        "only": _only(node, words),
    }
    return str(patterns.get(node.op, "%(label)s %(a)s")) % given


def _values(node: Condition, field: Field, words: Words) -> list[str]:
    if node.op in ("in", "not_in"):
        return [_either(words.value(field, value) for value in node.values)]
    if node.op == "in_month":
        return [_either(month(int(value)) for value in node.values)]
    if node.op in ("top", "bottom"):
        return [gettext("%(n)s%%") % {"n": value} for value in node.values]
    if node.op in ("within", "not_within", "ahead"):
        return [spanned(value) for value in node.values]
    if field.kind == "text":
        return [gettext("“%(text)s”") % {"text": value} for value in node.values]
    if field.kind == "date":
        return [_day(date.fromisoformat(value)) for value in node.values]
    return [exactly(words, field, Decimal(value)) for value in node.values]


def exactly(words: Words, field: Field, value: Decimal) -> str:
    """A bound in words, to the last digit: rounding would make two rules read alike."""
    if field.kind in ("money", "total") or field.measure == "amount":
        return _money(words, value)
    if field.kind == "share":
        return gettext("%(n)s%%") % {"n": f"{(value * 100).normalize():f}"}
    return words.amount(field, value)


def _money(words: Words, value: Decimal) -> str:
    """An amount to the last digit: 20 万 and 1.5 万 in Chinese, ¥200,000 in English."""
    sign, amount = ("\u2212" if value < 0 else ""), abs(value)
    if not web.is_chinese(get_language()):
        return f"{sign}{web.SYMBOLS.get(words.currency, words.currency + ' ')}{amount:,}"
    scales = ((Decimal(10**8), "亿"), (Decimal(10**4), "万"))
    scaled = ((amount / scale, unit) for scale, unit in scales if amount >= scale)
    for number, unit in scaled:
        if number * 100 == int(number * 100):
            return f"{sign}{number.normalize():f} {unit}"
    name = "元" if words.currency == "CNY" else words.currency
    return f"{sign}{amount:,} {name}"


def month(number: int) -> str:
    """The name of a month."""
    names = (
        _("January"), _("February"), _("March"), _("April"), _("May"), _("June"),
        _("July"), _("August"), _("September"), _("October"), _("November"), _("December"),
    )  # fmt: skip
    return str(names[number - 1])


def _either(values: Iterable[str]) -> str:
    return pgettext("list of values", " or ").join(values)


def _window(window: Window, field: Field) -> str:
    n = window.days or 0
    if field.measure == "maturing":
        return ngettext("in the next %(n)s day", "in the next %(n)s days", n) % {"n": n}
    if field.kind == "change":
        return ngettext("within %(n)s day", "within %(n)s days", n) % {"n": n}
    if window.days is not None:
        return ngettext("in the last %(n)s day", "in the last %(n)s days", n) % {"n": n}
    if window.start and window.stop:
        days = {"a": _day(window.start), "b": _day(window.stop)}
        return gettext("from %(a)s to %(b)s") % days
    if window.start:
        return gettext("since %(a)s") % {"a": _day(window.start)}
    assert window.stop is not None
    return gettext("up to %(a)s") % {"a": _day(window.stop)}


def _only(node: Condition, words: Words) -> str:
    said = [
        gettext("%(name)s %(values)s")
        % {
            "name": NARROWED[name],
            "values": _strong(_either(words.only(name, value) for value in values)),
        }
        for name, values in node.only
    ]
    return gettext(" (%(only)s)") % {"only": pgettext("list", ", ").join(said)} if said else ""


def _day(day: date) -> str:
    return web.day(day, "full", language=get_language())


def _strong(text: str) -> str:
    return f"{OPEN}{text}{CLOSE}"

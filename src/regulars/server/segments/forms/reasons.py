"""Why somebody is in a list, in words: "Overdue for: 34 days"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from django.utils.translation import get_language, gettext, pgettext

from regulars.server.segments.forms.words import Words
from regulars.server.segments.queries import Row
from regulars.server.segments.queries.explaining import Reason
from regulars.server.segments.rules.fields import Field, plain
from regulars.server.web import rules as web

LONGEST = 60  # letters of a text that are shown beside a name


def with_reasons(
    rows: Sequence[Row], why: Mapping[int, Sequence[Reason]], words: Words
) -> list[Row]:
    """Put beside each row what the rule of the list found of them."""
    return [
        replace(row, why=tuple(said(each, words) for each in why.get(row.customer.pk, ())))
        for row in rows
    ]


def said(reason: Reason, words: Words) -> str:
    """One reason as it stands beside a name."""
    label = words.label(reason.field)
    if reason.field.kind == "flag":
        return label
    values = pgettext("list", ", ").join(_value(reason.field, v, words) for v in reason.values)
    return gettext("%(label)s: %(value)s") % {"label": label, "value": values}


def _value(field: Field, value: str, words: Words) -> str:
    if field.kind in ("word", "words"):
        return words.value(field, value)
    if field.kind == "text":
        return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"
    if field.kind == "date":
        return web.day(date.fromisoformat(value[:10]), "full", language=get_language())
    figure = Decimal(value)
    if field.kind == "number":
        figure = Decimal(plain(round(figure, 2)))
    return words.amount(field, figure)

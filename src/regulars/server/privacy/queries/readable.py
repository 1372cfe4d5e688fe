"""A copy as tables that the person can read: names of columns and values in words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from regulars.server.care.queries import catalogue
from regulars.server.core import custody, retention
from regulars.server.core import queries as core
from regulars.server.customers.models import Customer
from regulars.server.customers.queries.origins import in_words, source_names
from regulars.server.privacy.queries.names import CODES, FACTS, MONEY, NAMES, WAYS
from regulars.server.privacy.queries.periods import days_of

NUMBER = re.compile(r"-?\d+(\.\d+)?")


@dataclass(frozen=True)
class Table:
    """One part of a copy, to be read: its columns have a value in some row."""

    title: str
    heads: list[str]
    rows: list[list[str]]


def tables(told: Mapping[str, Any]) -> list[Table]:
    """Everything of a copy but the file itself."""
    choices = _choices()
    found = [_table(t, rows, choices.get(t, {})) for t, rows in told["records"].items()]
    return found + [
        _table(str(FACTS.get(kind, kind)), rows, {}) for kind, rows in told["facts"].items()
    ]


def file_rows(told: Mapping[str, Any]) -> list[tuple[str, str, str, str]]:
    """Each value of the file by name, and from where and when it came."""
    named = _of(Customer, [field.name for field in Customer._meta.concrete_fields])
    origin = told["where_values_came_from"]
    known = source_names(str(said[0]) for said in origin.values() if said)
    return [
        (_name(name), _cell(name, value, named), *_origin(origin.get(name), known))
        for name, value in told["file"].items()
        if value not in ("", None, [], {}, False)
    ]


def kept_for() -> list[tuple[str, int | None]]:
    """How long each class of data is kept here, as the person may know."""
    return [(str(known.title), days_of(known)) for known in retention.classes()]


def _table(title: str, rows: list[dict[str, Any]], words: Mapping[str, Any]) -> Table:
    told = [c for c in rows[0] if any(row.get(c) not in ("", None) for row in rows)]
    columns = [c for c in told if c != "local_date" or "occurred_at" not in told]
    shown = [[_cell(column, row.get(column), words) for column in columns] for row in rows]
    return Table(title, [_name(column) for column in columns], shown)


def _cell(column: str, value: Any, words: Mapping[str, Mapping[Any, Any]]) -> str:
    if column in MONEY and isinstance(value, str) and NUMBER.fullmatch(value):
        return f"{Decimal(value):,.2f}"
    if column == "trigger" and (known := catalogue().get(value)):
        return known.name.of(get_language() or "zh")
    codes = CODES.get("channel" if column in WAYS else column, {})
    return _said(value, {**codes, **words.get(column, {})})


def _choices() -> dict[str, dict[str, Mapping[Any, Any]]]:
    found: dict[str, dict[str, Mapping[Any, Any]]] = {}
    for rows in custody.all_rows():
        found.setdefault(str(rows.title), {}).update(_of(rows.model, rows.copied))
    return found


def _of(model: Any, names: Iterable[str]) -> dict[str, Mapping[Any, Any]]:
    plain = [name for name in names if "__" not in name]
    fields = {name: model._meta.get_field(name) for name in plain}
    return {name: dict(f.flatchoices) for name, f in fields.items() if f.choices}


def _name(column: str) -> str:
    return str(NAMES.get(column, column))


def _said(value: Any, words: Mapping[Any, Any]) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return ", ".join(_said(each, words) for each in value)
    if isinstance(value, dict):
        return "; ".join(
            f"{words.get(k) or _name(str(k))}: {_said(v, {}) or '–'}" for k, v in value.items()
        )
    if isinstance(value, float):
        return f"{value:.4g}" if abs(value) < 1 else f"{value:,.2f}"
    text = str(words.get(value, value))
    return _moment(text) if len(text) > 16 and text[10:11] == "T" else text


def _moment(text: str) -> str:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        return text
    at = at if at.tzinfo else at.replace(tzinfo=UTC)  # the lake keeps UTC and does not say so
    return f"{at.astimezone(core.time_zone()):%Y-%m-%d %H:%M}"


def _origin(told: Any, known: Mapping[str, str]) -> tuple[str, str]:
    """Of a value: [source, when]."""
    if not isinstance(told, list) or not told:
        return "", ""
    return in_words(str(told[0]), known), str(told[1])[:10] if len(told) > 1 else ""

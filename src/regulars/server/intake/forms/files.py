"""What a person chooses for a file: its kind, how it is read, which column is which field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from regulars.server.intake import rules
from regulars.server.intake.models import Import
from regulars.server.intake.reader import KINDS, FieldSpec

PREFIX = "map."
ORDERS = ("day_first", "month_first")
# Dates such as 3/4/2026, of which nothing tells whether March or April is meant.
_TWO_WAYS = re.compile(r"(0?[1-9]|1[0-2])[/.-](0?[1-9]|1[0-2])[/.-](\d{4}|\d{2})(?!\d)")
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "latin-1")


@dataclass(frozen=True)
class Row:
    """One field of the mapping page."""

    name: str
    label: str
    about: str
    required: bool
    either: bool  # one of several that would do
    column: str
    samples: tuple[str, ...]
    how: str


@dataclass(frozen=True)
class Typed:
    """What was chosen on the mapping page."""

    mapping: dict[str, str]
    unknown: str
    remember: str = ""
    date_order: str = ""
    evidence: str = ""


def kinds(language: str) -> list[tuple[str, str]]:
    return [(name, spec.zh if _is_zh(language) else spec.en) for name, spec in KINDS.items()]


def kind_label(kind: str, language: str) -> str:
    return dict(kinds(language)).get(kind, kind)


def rows(found: Import, *, language: str, mapping: Mapping[str, str]) -> list[Row]:
    """One row per field of the file's kind; those with a column, or needed, first."""
    spec = KINDS[found.kind]
    either = {name for group in spec.one_of for name in group}
    made = [
        Row(
            name=one.name,
            label=one.label(language),
            about=one.about_zh if _is_zh(language) else one.about_en,
            required=one.required,
            either=one.name in either,
            column=mapping.get(one.name, ""),
            samples=samples(found, mapping.get(one.name, "")),
            how=found.reading.get("how", {}).get(one.name, ""),
        )
        for one in spec.fields
    ]
    return sorted(made, key=lambda row: not (row.column or row.required or row.either))


def samples(found: Import, column: str, *, most: int = 3) -> tuple[str, ...]:
    """The first different values of a column."""
    header = found.reading.get("header", [])
    if column not in header:
        return ()
    place = header.index(column)
    values = (row[place].strip() for row in found.reading["sample"] if place < len(row))
    return tuple(dict.fromkeys(value for value in values if value))[:most]


def columns(found: Import) -> list[tuple[str, str]]:
    """The file's columns with the first value of each, for a list to choose from."""
    found_columns = []
    for name in found.reading.get("header", []):
        first = next(iter(samples(found, name, most=1)), "")
        found_columns.append((name, f"{name}  ({first[:24]})" if first else name))
    return found_columns


def read(found: Import, posted: Mapping[str, str]) -> Typed:
    """Take the chosen columns; a name that the file lacks counts as none."""
    header = set(found.reading.get("header", []))
    chosen = {
        one.name: posted.get(f"{PREFIX}{one.name}", "") for one in KINDS[found.kind].fields
    }
    unknown = posted.get("unknown", "stub")
    return Typed(
        {name: column if column in header else "" for name, column in chosen.items()},
        unknown if unknown in {"stub", "refuse"} else "stub",
        posted.get("remember", "").strip()[:80],
        date_order=order if (order := posted.get("date_order", "")) in ORDERS else "",
        evidence=posted.get("evidence", "").strip()[:300],
    )


def asks_order(found: Import) -> bool:
    """Tell whether a file has dates of which a person may have to say what comes first."""
    if found.options.get("date_order"):
        return True
    told = {one["code"] for one in found.report.get("notices", [])}
    cells = (cell.strip() for row in found.reading.get("sample", []) for cell in row)
    return "day_month_unknown" in told or any(map(_TWO_WAYS.match, cells))


def missing(found: Import, mapping: Mapping[str, str]) -> list[str]:
    """Labels of the required fields that have no column."""
    spec = KINDS[found.kind]
    return [one.name for one in spec.fields if one.required and not mapping.get(one.name)]


def header_row(kind: str, language: str) -> list[str]:
    """The first row of a template, in one language."""
    return [one.label(language) for one in KINDS[kind].fields]


def about(one: FieldSpec, language: str) -> str:
    return one.about_zh if _is_zh(language) else one.about_en


def labelled(kind: str, mapping: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    """The fields of a mapping by their names for people, with their columns."""
    return [
        (one.label(language), mapping[one.name])
        for one in KINDS[kind].fields
        if mapping.get(one.name)
    ]


def proposed_name(found: Import, language: str) -> str:
    """A name under which the columns of a file could be remembered."""
    one = rules.preset(found.reading.get("preset", ""))
    if one is not None and one.kind == found.kind:
        return one.label(language)[:80]
    stem = re.sub(r"[\d_\-. ]+$", "", found.file_name.rpartition(".")[0])
    return stem[:80]


def _is_zh(language: str) -> bool:
    return language.startswith("zh")

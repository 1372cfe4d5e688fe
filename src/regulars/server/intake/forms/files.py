"""What a person chooses for a file: its kind, how it is read, which column is which field."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from regulars.base.errors import RegularsError
from regulars.server.intake import actions, queries, rules
from regulars.server.intake.models import Import, Source
from regulars.server.intake.reader import KINDS, FieldSpec, MappingIncomplete
from regulars.server.intake.reader.columnar import UnreadableParquet
from regulars.server.intake.reader.encodings import UnknownEncoding
from regulars.server.intake.reader.mapping import UnknownColumn
from regulars.server.intake.reader.sheets import UnreadableWorkbook
from regulars.server.intake.reader.sniffing import EmptyFile, UnknownFormat, UnknownSheet
from regulars.server.intake.reader.unreadable import Unreadable
from regulars.server.web.rules import count

PREFIX = "map."
ORDERS = ("day_first", "month_first")
# Dates such as 3/4/2026, of which nothing tells whether March or April is meant.
_TWO_WAYS = re.compile(r"(0?[1-9]|1[0-2])[/.-](0?[1-9]|1[0-2])[/.-](\d{4}|\d{2})(?!\d)")
ENCODINGS = ("utf-8", "gb18030", "big5", "utf-16", "latin-1")
# What went wrong with a file, in the reader's language. Keys are names, as the record of a
# failed file keeps them.
WORDS: dict[str, Any] = {
    one.__name__: words
    for one, words in (
        (EmptyFile, gettext_lazy("The file is empty. Choose another file.")),
        (
            UnknownFormat,
            gettext_lazy(
                "The file is no table that can be read. Save it as XLSX or CSV and bring it "
                "again."
            ),
        ),
        (UnknownSheet, gettext_lazy("The workbook has no such sheet. Choose another one.")),
        (
            UnreadableWorkbook,
            gettext_lazy(
                "The workbook is damaged or protected. Open it, save it again as XLSX or CSV, "
                "and bring that file."
            ),
        ),
        (UnreadableParquet, gettext_lazy("The Parquet file is damaged. Export it again.")),
        (
            UnknownEncoding,
            gettext_lazy("The file cannot be read in this encoding. Choose another one."),
        ),
        (
            MappingIncomplete,
            gettext_lazy("A required field has no column. Choose one for each marked field."),
        ),
        (
            UnknownColumn,
            gettext_lazy("The file has no such column. Choose from those in the list."),
        ),
        (
            actions.DemoKeepsItsData,
            gettext_lazy("This is the demo, which keeps its own data."),
        ),
        (
            actions.InUse,
            gettext_lazy("This file is being worked on already. Wait until that is done."),
        ),
        (
            actions.NotLoadable,
            gettext_lazy("This file was loaded already. Bring it again instead."),
        ),
        (
            actions.NotWithdrawable,
            gettext_lazy("This file cannot be taken out again: nothing of it is on file."),
        ),
    )
} | {
    "Destroyed": gettext_lazy(
        "Nothing of this file was kept, since it holds what must never be stored. Delete those "
        "columns and bring it again."
    ),
    "interrupted": gettext_lazy(
        "The work was cut off in the middle. Nothing of the file was loaded; begin again."
    ),
    "HeldAnErasedPerson": gettext_lazy(
        "The file held somebody who was erased since, and went with them. Bring it again."
    ),
    "NotForYou": gettext_lazy(
        "Only an administrator may bring people, or take a file of people out again. Ask one "
        "to do it."
    ),
    "NotATable": gettext_lazy(
        "The file is no table that can be read. Save it as XLSX or CSV and bring it again."
    ),
    "LastAdministrator": gettext_lazy(
        "The file takes the role from the only administrator. Correct that row."
    ),
    "NameTaken": gettext_lazy("Another source has that name. Choose another one."),
    "SourceInUse": gettext_lazy(
        "Rows of this source are on file, so it stays. Switch it off instead."
    ),
    "NotReadable": gettext_lazy(
        "This source is not read by itself, or is switched off. Bring its file by hand."
    ),
    "NotYours": gettext_lazy(
        "Only an administrator may say which database this system calls. Ask one to do it."
    ),
    "NoQuery": gettext_lazy("Name a table, such as public.customers, or write a SELECT."),
    "LayoutWrong": gettext_lazy(
        "The columns of the fixed-width file cannot be understood. Write one a line: name, "
        "first byte, length, and decimals if they are implied."
    ),
    "TooLarge": gettext_lazy("The file is empty, or too large to be taken."),
    "NotWhole": gettext_lazy("The file has not arrived to its end. Choose it again to go on."),
    "ColumnsChanged": gettext_lazy(
        "A column is gone by which this source is known. Bring the file by hand once and say "
        "which columns it has now."
    ),
}
KEPT_WHAT: dict[str, Any] = {
    "customer": gettext_lazy("Customer"),
    "product": gettext_lazy("Product"),
    "person": gettext_lazy("Person"),
    "book": gettext_lazy("Book"),
}
KEPT_WHY: dict[str, Any] = {
    "changed": gettext_lazy("changed since"),
    "used": gettext_lazy("something else is on file for it"),
    "facts": gettext_lazy("facts of another file name it"),
    "signs_in": gettext_lazy("signs in, or has a password"),
    "administrator": gettext_lazy("the company would have no administrator"),
    "refusal": gettext_lazy("a customer's no is not lifted"),
}

FIELD_OF_COLUMN = {
    "book_id": "book",
    "id_tail": "id_number",
    "consents": "consent_sms",
    "org_unit_id": "org_unit",
}
# Short names of the reasons why rows are refused, to stand beside their counts.
REASONS: dict[str, Any] = {
    "no_customer": gettext_lazy("No customer number"),
    "missing": gettext_lazy("Empty field"),
    "no_amount": gettext_lazy("No amount"),
    "not_a_number": gettext_lazy("Not a number"),
    "not_whole": gettext_lazy("Not a whole number"),
    "too_large": gettext_lazy("Amount too large"),
    "too_long": gettext_lazy("Text too long"),
    "not_a_date": gettext_lazy("Not a date"),
    "impossible_date": gettext_lazy("Impossible date"),
    "date_out_of_range": gettext_lazy("Date out of range"),
    "damaged_number": gettext_lazy("Number damaged by a spreadsheet"),
    "unknown_choice": gettext_lazy("Unknown word"),
    "not_yes_no": gettext_lazy("Neither yes nor no"),
    "not_an_email": gettext_lazy("Not an e-mail address"),
    "not_a_phone": gettext_lazy("Not a phone number"),
    "not_a_lunar_day": gettext_lazy("Not a lunar day"),
    "repeated": gettext_lazy("Repeated number"),
    "unknown_customer": gettext_lazy("Unknown customer"),
    "erased_customer": gettext_lazy("Erased customer"),
    "ambiguous_date": gettext_lazy("Day or month first?"),
    "id_check_digit": gettext_lazy("Wrong check digit"),
    "not_an_id": gettext_lazy("Not an id number"),
    "card_cut_off": gettext_lazy("Card cut off"),
    "undecodable_card": gettext_lazy("Card that cannot be read"),
    "total_row": gettext_lazy("Row of totals"),
    "no_evidence": gettext_lazy("Consent without proof"),
    "unknown_book": gettext_lazy("Unknown relationship manager"),
    "unknown_branch": gettext_lazy("Unknown branch"),
    "row_too_short": gettext_lazy("Too few cells"),
    "row_too_long": gettext_lazy("Too many cells"),
    "cut_off": gettext_lazy("Cut off"),
    "open_quote": gettext_lazy("Open quotation mark"),
    "undecodable": gettext_lazy("Characters not in the encoding"),
    "nul_byte": gettext_lazy("Zero bytes"),
}


def sentence(error: RegularsError) -> str:
    """Say an error in the reader's language, if it has words there."""
    if isinstance(error, Unreadable) and not isinstance(error, MappingIncomplete):
        return error.sentence(get_language() or "zh")
    return str(WORDS.get(type(error).__name__, error))


def why_failed(found: Import) -> str:
    """Say in the reader's language why a file failed."""
    told = found.report.get("failure")
    if told:
        return Unreadable(told["code"], **told["params"]).sentence(get_language() or "zh")
    return problem(found.message)


def problem(message: str) -> str:
    """Say what is kept of an error: its name, and what it said."""
    name, _colon, said = message.partition(": ")
    fallback = said or _("Something unexpected happened. The log says more.")
    return str(WORDS.get(name, fallback))


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


def asks_evidence(mapping: Mapping[str, str]) -> bool:
    """Tell whether columns say who agrees to be contacted: each yes needs a proof."""
    said = [name for name in mapping if name.startswith("consent_") and mapping[name]]
    return any(name not in ("consent_evidence", "consent_at") for name in said)


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


def field_label(what: str, name: str) -> str:
    """A field of a record that stayed; an empty name is the whole record."""
    if not name:
        return _("the whole record")
    name = FIELD_OF_COLUMN.get(name, name)
    kind = "people" if what == "person" else f"{what}s"
    found = [one for one in KINDS[kind].fields if one.name == name]
    return found[0].label(get_language() or "zh") if found else name


def names_of_imports(keys: Collection[str]) -> dict[str, str]:
    """How the history calls imports: a file by its name, rows that came otherwise by whose."""
    return {one.public_id: _called(one) for one in queries.by_keys(keys)}


def _called(found: Import) -> str:
    source = found.source
    if source is not None and source.way not in (Source.Way.UPLOAD, Source.Way.FOLDER):
        return source.name
    return _("File %(name)s") % {"name": found.file_name}


def usual(found: Import) -> str:
    """Say that a file has far fewer or more rows than its source usually brings."""
    told = found.report.get("unusual") or {}
    if not told:
        return ""
    words = {"source": found.source, "usual": count(told["usual"]), "rows": count(found.rows)}
    if told["code"] == "fewer_rows_than_usual":
        return (
            _("%(rows)s rows, where “%(source)s” usually brings %(usual)s. Is the file whole?")
            % words
        )
    return (
        _("%(rows)s rows, where “%(source)s” usually brings %(usual)s. Is it the right file?")
        % words
    )


def proposed_name(found: Import, language: str) -> str:
    """A name under which the columns of a file could be remembered."""
    one = rules.preset(found.reading.get("preset", ""))
    if one is not None and one.kind == found.kind:
        return one.label(language)[:80]
    stem = re.sub(r"[\d_\-. ]+$", "", found.file_name.rpartition(".")[0])
    return stem[:80]


def _is_zh(language: str) -> bool:
    return language.startswith("zh")

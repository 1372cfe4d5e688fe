"""Words for what went wrong with a file, what stays of it, and why rows are refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from regulars.base.errors import RegularsError
from regulars.server.core.models import Job
from regulars.server.intake import actions, queries
from regulars.server.intake.models import Import, Source
from regulars.server.intake.reader import KINDS, MappingIncomplete
from regulars.server.intake.reader.columnar import UnreadableParquet
from regulars.server.intake.reader.encodings import UnknownEncoding
from regulars.server.intake.reader.mapping import UnknownColumn
from regulars.server.intake.reader.sheets import UnreadableWorkbook
from regulars.server.intake.reader.sniffing import EmptyFile, UnknownFormat, UnknownSheet
from regulars.server.intake.reader.unreadable import Unreadable
from regulars.server.web.rules import count

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
            actions.AlreadyLoaded,
            gettext_lazy("This file was loaded. Take its rows out again instead."),
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
    "person": gettext_lazy("Employee"),
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
    "lies_ahead": gettext_lazy("Date still to come"),
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


def why_jobs_failed(jobs: Iterable[Job]) -> dict[int, str]:
    """Say of jobs that worked on a file why it failed, as the page of the file does."""
    return {key: why_failed(found) for key, found in queries.failed_by_job(jobs).items()}


def problem(message: str) -> str:
    """Say what is kept of an error: its name, and what it said."""
    name, _colon, said = message.partition(": ")
    if name == "Unreachable":
        return _("The database refused: %(said)s") % {"said": said}
    fallback = said or _("Something unexpected happened. The log says more.")
    return str(WORDS.get(name, fallback))


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

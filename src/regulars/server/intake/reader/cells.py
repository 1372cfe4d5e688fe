"""How a column of text becomes a column of a type: plain cells at once, the rest singly.

Each type has two ways that must agree. The swift one recognises plainly written cells with a
pattern and turns them by the hundred thousand; the patient one is a Python function that
understands everything the type allows. Only cells that the pattern leaves over go through
it, each distinct text once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Mask, Texts
from regulars.server.intake.reader.vocabulary import (
    CHOICES,
    DASHES,
    NOTHING,
    choice,
    in_chinese,
    yes_or_no,
)

MOST_REMEMBERED = 200_000

_NOTHING = sorted({form for n in NOTHING for form in (n, n.upper(), n.title())} | {"NaN"})
_DASHES = sorted(DASHES)

PLAIN_ID = r"^[A-Za-z0-9_\-]+$"
PLAIN_PHONE = r"^\+?[0-9]{7,15}$"
PLAIN_EMAIL = r"^[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+$"
PLAIN_TEXT = r"^[^\x00-\x1f\x7f-\x9f\x{200b}\x{feff}\x{fffe}\x{ffff}'=]*$"
_FLOATED = re.compile(r"(\d+)\.0+")
_EXPONENT = re.compile(r"\d(\.\d+)?[eE]\+?\d{1,3}")
_FORMULA = re.compile(r'="(.*)"')
_ESCAPED = re.compile(r"'[=+\-@|%\t\r\d＝＋－＠｜％]")
# What nobody sees and no form, file or table needs: controls but blanks, byte order marks.
_UNSEEN = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b\ufeff\ufffe\uffff]")
_EMAIL = re.compile(r"[^@\s,;]+@[^@\s,;]+\.[^@\s,;.]+")


@dataclass(frozen=True)
class Fault:
    """Why one cell cannot be of its type."""

    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Typed:
    """A typed column: null where a cell is empty or at fault; the faults by row."""

    values: Any  # pyarrow.Array
    faults: Mapping[int, Fault]


class Remembered:
    """A function of a text that works out each text once."""

    def __init__(self, work_out: Callable[[str], Any]) -> None:
        self._work_out = work_out
        self._known: dict[str, Any] = {}

    def __call__(self, text: str) -> Any:
        if text not in self._known:
            if len(self._known) >= MOST_REMEMBERED:
                self._known.clear()
            self._known[text] = self._work_out(text)
        return self._known[text]


def trimmed(texts: Texts) -> Texts:
    """Cut blanks off both ends, full-width ones too."""
    return pc.utf8_trim_whitespace(texts)


def present(texts: Texts, *, dashes_mean_nothing: bool = False) -> Mask:
    """Say which trimmed cells hold something."""
    empty = pc.is_in(texts, pa.array(_NOTHING))
    if dashes_mean_nothing:
        empty = pc.or_(empty, pc.is_in(texts, pa.array(_DASHES)))
    return mask(pc.invert(empty))


def matches(texts: Texts, pattern: str) -> Mask:
    return mask(pc.match_substring_regex(texts, pattern))


def mask(booleans: Any) -> Mask:
    """Turn an Arrow column of booleans without nulls into a NumPy mask."""
    found: Mask = booleans.to_numpy(zero_copy_only=False).astype(np.bool_)
    return found


def one_by_one(texts: Texts, rows: Mask, work_out: Callable[[str], Any]) -> dict[int, Any]:
    """Work out the chosen rows; a dictionary, because they are few or repeat themselves."""
    places = np.flatnonzero(rows)
    if not len(places):
        return {}
    chosen = pc.take(texts, pa.array(places)).to_pylist()
    return {int(row): work_out(text) for row, text in zip(places, chosen, strict=True)}


def words(texts: Texts, plain: str, work_out: Callable[[str], Any]) -> Typed:
    """Type a column whose plain cells stay as they are."""
    cells = trimmed(texts)
    there = present(cells, dashes_mean_nothing=True)
    plainly = there & matches(cells, plain)
    values = pc.if_else(pa.array(plainly), cells, pa.scalar(None, pa.string()))
    rest = np.flatnonzero(there & ~plainly)
    if not len(rest):
        return Typed(values, {})
    patient = looked_up(pc.take(cells, pa.array(rest)), work_out, pa.string())
    values = pc.replace_with_mask(values, pa.array(there & ~plainly), patient.values)
    return Typed(values, {int(rest[row]): fault for row, fault in patient.faults.items()})


def looked_up(texts: Texts, work_out: Callable[[str], Any], kind: Any) -> Typed:
    """Type a column that has few distinct texts, each worked out once."""
    cells = trimmed(texts)
    there = present(cells, dashes_mean_nothing=True)
    coded = pc.if_else(pa.array(there), cells, None).dictionary_encode()
    found = [work_out(text) for text in coded.dictionary.to_pylist()]
    good = pa.array([None if isinstance(f, Fault) else f for f in found], kind)
    wrong = pa.array([isinstance(f, Fault) for f in found], pa.bool_())
    faulty = pc.fill_null(pc.take(wrong, coded.indices), False)
    places = np.flatnonzero(mask(faulty))
    codes = pc.take(coded.indices, pa.array(places)).to_pylist()
    faults = {int(row): found[code] for row, code in zip(places, codes, strict=True)}
    return Typed(pc.take(good, coded.indices), faults)


# The patient ways. Each takes a trimmed, non-empty cell; a Fault says no.


def clean_text(cell: str) -> str | None:
    """Take away what spreadsheets and our own exports put around a text, and what is unseen."""
    cell = _UNSEEN.sub("", cell)
    if formula := _FORMULA.fullmatch(cell):
        cell = formula[1]
    elif _ESCAPED.match(cell):
        cell = cell[1:]
    return " ".join(cell.split()) if "\n" not in cell else cell.strip() or None


def clean_id(cell: str) -> str | Fault | None:
    """A number that is a name: no decimals, no exponent, zeros in front kept.

    Marks without a shape, which come along when a number is copied, would make it another's.
    """
    seen = "".join(each for each in cell if unicodedata.category(each) != "Cf")
    text = unicodedata.normalize("NFKC", clean_text(seen) or "").strip().strip("\t'\"")
    if floated := _FLOATED.fullmatch(text):
        return floated[1]
    if _EXPONENT.fullmatch(text) and ("+" in text or "." in text):
        return Fault("damaged_number")
    return text or None


def clean_email(cell: str) -> str | Fault:
    text = unicodedata.normalize("NFKC", cell).strip().strip("<>").removeprefix("mailto:")
    return text if _EMAIL.fullmatch(text) else Fault("not_an_email")


def clean_yes_no(cell: str) -> bool | Fault:
    said = yes_or_no(cell)
    return Fault("not_yes_no") if said is None else said


def choose(table: str) -> Callable[[str], str | Fault]:
    """Return the patient way of a choice: the code for a word, or a fault that lists all."""
    known = {"choices": {"en": ", ".join(CHOICES[table]), "zh": "、".join(in_chinese(table))}}

    def chosen(cell: str) -> str | Fault:
        return choice(table, cell) or Fault("unknown_choice", known)

    return chosen

"""The shape of a field and of a kind of file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

FieldType = Literal[
    "text",  # any words, trimmed
    "id",  # a number or code that is a name, never a quantity: "00123" keeps its zeros
    "money",  # int64 minor units of the company's currency
    "number",  # float64
    "whole",  # int32
    "rate",  # float64, percentage points: 3.85 and 3.85% are the same
    "moment",  # timestamp in UTC, microseconds
    "date",  # a day
    "lunar",  # "08-05", or "L05-01" in a leap month
    "yes_no",  # bool
    "phone",  # digits, perhaps with a leading +
    "email",
    "identity",  # the number of an identity paper, check digits verified
    "choice",  # one of the codes of `choices` in vocabulary.py
]


@dataclass(frozen=True)
class FieldSpec:
    """One field: its name, its type, its labels, the column names it is known by.

    `ahead` says how many days after the day of the reading a date may lie; left out, any.
    What happened may lie one ahead, where it is tomorrow already.
    """

    name: str
    type: FieldType
    en: str
    zh: str
    synonyms: str = ""  # separated by blanks; names are compared without blanks anyway
    about_en: str = ""
    about_zh: str = ""
    required: bool = False
    choices: str = ""
    ahead: int | None = None

    def label(self, language: str) -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True)
class KindSpec:
    """One kind of file: its fields, and what makes a row the same row when it comes again.

    `one_of` lists groups of fields of which at least one whole group must be mapped.
    `identity` names the fields that may stand in a file only once; empty for facts, whose
    row key is made from `external_id` or from the whole row.
    """

    name: str
    en: str
    zh: str
    fields: tuple[FieldSpec, ...]
    one_of: tuple[tuple[str, ...], ...] = ()
    identity: tuple[str, ...] = ()

    def field(self, name: str) -> FieldSpec:
        return next(field for field in self.fields if field.name == name)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(field.name for field in self.fields)

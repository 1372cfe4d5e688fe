"""One column of text to one column of a field's type, with what was learnt on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from regulars.server.intake.reader.batches import Texts
from regulars.server.intake.reader.cells import (
    PLAIN_EMAIL,
    PLAIN_ID,
    PLAIN_PHONE,
    PLAIN_TEXT,
    Fault,
    Remembered,
    Typed,
    choose,
    clean_email,
    clean_id,
    clean_text,
    clean_yes_no,
    looked_up,
    words,
)
from regulars.server.intake.reader.fields import FieldSpec
from regulars.server.intake.reader.figures import (
    Numbers,
    numbers,
    parse_count,
    parse_number,
    parse_rate,
)
from regulars.server.intake.reader.idnumbers import clean_identity
from regulars.server.intake.reader.lunar import parse_lunar
from regulars.server.intake.reader.moments import Moments, Order, moments
from regulars.server.intake.reader.phones import clean_phone
from regulars.server.intake.reader.zones import Zone

ARROW: dict[str, Any] = {
    "text": pa.string(), "id": pa.string(), "phone": pa.string(), "email": pa.string(),
    "identity": pa.string(),
    "choice": pa.string(), "lunar": pa.string(), "yes_no": pa.bool_(), "money": pa.int64(),
    "number": pa.float64(), "rate": pa.float64(), "whole": pa.int32(), "date": pa.date32(),
    "moment": pa.timestamp("us", tz="UTC"),
}  # fmt: skip

_PLAIN = {"id": PLAIN_ID, "text": PLAIN_TEXT, "phone": PLAIN_PHONE, "email": PLAIN_EMAIL}


@dataclass
class Column:
    """How one field is read; lives as long as the file is read and remembers what it saw."""

    spec: FieldSpec
    name: str  # of the column in the file
    place: int
    zone: Zone
    order: Order | None = None
    formats: Counter[str] = field(default_factory=Counter)
    short_year: tuple[str, str] | None = None  # a date as it stands; as it was read

    def __post_init__(self) -> None:
        self._patient = Remembered(_patient(self.spec))

    def words(self, texts: Texts) -> Typed:
        """Texts, ids, phones, e-mails, choices, yes and no, lunar days."""
        if plain := _PLAIN.get(self.spec.type):
            return words(texts, plain, self._patient)
        return looked_up(texts, self._patient, ARROW[self.spec.type])

    def numbers(self, texts: Texts) -> Numbers:
        return numbers(texts, self._patient)

    def moments(self, texts: Texts) -> Moments:
        """:raises OrderNeeded: when day and month must be told apart first"""
        end_may_be_open = not self.spec.required
        found = moments(texts, self.zone, order=self.order, end_may_be_open=end_may_be_open)
        self.formats += found.formats
        self.short_year = self.short_year or found.short_year
        return found


def whole_numbers(found: Numbers) -> tuple[Any, Mapping[int, Fault]]:
    """Turn numbers into int32; those with decimals become faults."""
    values = found.floats()
    odd = found.there & ((values != np.round(values)) | (np.abs(values) >= 2**31))
    there = found.there & ~odd
    faults = {int(row): Fault("not_whole") for row in np.flatnonzero(odd)}
    whole = np.where(there, values, 0).astype(np.int32)
    return pa.array(whole, mask=~there), {**found.faults, **faults}


def _patient(spec: FieldSpec) -> Callable[[str], Any]:
    if spec.type == "choice":
        return choose(spec.choices)
    ways: dict[str, Callable[[str], Any]] = {
        "id": clean_id, "text": clean_text, "phone": clean_phone, "email": clean_email,
        "yes_no": clean_yes_no, "lunar": parse_lunar, "money": parse_number,
        "number": parse_count, "whole": parse_count, "rate": parse_rate,
        "identity": clean_identity,
    }  # fmt: skip
    return ways.get(spec.type, str)

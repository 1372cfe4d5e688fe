"""Phone numbers: as they are dialled here, and in the one form that all the world dials."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import phonenumbers
import pyarrow as pa
import pyarrow.compute as pc

from regulars.server.intake.reader.batches import Texts
from regulars.server.intake.reader.cells import Fault, Remembered, clean_id, mask

REGION = "CN"  # where a number without a country is dialled
_MOBILE = r"^(?:\+?86|0086)?(1[3-9][0-9]{9})$"
_DIALLED = re.compile(r"\+?\d{5,20}(?:(?:[,;x#]|ext)\d{1,8})?")
_EXTENSION = re.compile(
    r"(?:转|分机(?:号)?|ext(?:ension)?\.?:?|[x#,;*])(?=\d{1,8}$)", re.IGNORECASE
)


def clean_phone(cell: str) -> str | Fault | None:
    """Take away what people put between the digits; an extension stands behind an x."""
    text = clean_id(cell)
    if text is None or isinstance(text, Fault):
        return text
    bare = re.sub(r"[\s().\-—–·/]", "", text)
    bare = _EXTENSION.sub("x", bare, count=1)
    return bare if _DIALLED.fullmatch(bare) else Fault("not_a_phone")


def e164(cells: Texts, slowly: Remembered) -> Any:
    """Write a column of cleaned numbers as +8613800000000; null where there is no such number.

    An extension follows as ;ext=801. `slowly` is a Remembered `world_number`: nearly all
    numbers are mobiles, which a pattern knows.
    """
    mobiles = pc.extract_regex(cells, _MOBILE.replace("(1[", "(?P<n>1["))
    found = pc.binary_join_element_wise("+86", pc.struct_field(mobiles, "n"), "")
    rest = np.flatnonzero(mask(pc.and_(pc.is_valid(cells), pc.is_null(mobiles))))
    if not len(rest):
        return found
    worked = [slowly(text) for text in pc.take(cells, pa.array(rest)).to_pylist()]
    chosen = np.zeros(len(cells), np.bool_)
    chosen[rest] = True
    return pc.replace_with_mask(found, pa.array(chosen), pa.array(worked, pa.string()))


def world_number(text: str) -> str | None:
    """The E.164 form of a number; None when no such number can exist."""
    number, _x, extension = text.partition("x")
    number = "+" + number[2:] if number.startswith("00") else number
    try:
        parsed = phonenumbers.parse(number, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(parsed):
        return None
    form = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)
    return f"{form};ext={extension}" if extension else form

"""Shapes that requests of every feature share."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

PLAIN = "^[^\\x00]*$"
PUBLIC_ID = {"min_length": 12, "max_length": 12, "pattern": "^[2-9a-hj-km-np-z]{12}$"}


def _digits(value: Any) -> Any:
    """Refuse what Python takes for a whole number beside its digits: " 1", "+1", "1_0"."""
    if isinstance(value, str) and not re.fullmatch("[0-9]{1,9}", value):
        raise ValueError(_("Write a whole number in digits."))
    return value


Digits = Annotated[int, BeforeValidator(_digits)]
# Where a page of numbered rows begins. The limits stand beside `int`: the document says them.
Cursor = Annotated[int, Field(ge=0, le=999_999_999), BeforeValidator(_digits)]
# An amount in the unit of the currency, to the hundredth; the document says so, too.
MOST_MONEY = 999_999_999_999  # of twelve digits, as the pattern
Money = Annotated[
    Decimal,
    Field(ge=0, le=MOST_MONEY, multiple_of=Decimal("0.01")),
    WithJsonSchema({
        "anyOf": [
            {"type": "number", "minimum": 0, "maximum": MOST_MONEY, "multipleOf": 0.01},
            {"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"},
        ]
    }),
]  # fmt: skip


class Known(Schema):
    """What takes the names that it knows only, so that a slip of the pen is noticed."""

    model_config = ConfigDict(extra="forbid")

    @model_validator(mode="before")
    @classmethod
    def _not_flooded(cls, given: Any) -> Any:
        """Say once of a flood of names that it is one: a million wrong places take minutes."""
        if isinstance(given, dict) and len(given) > len(cls.model_fields):
            odd = next(name for name in given if name not in cls.model_fields)
            odd = odd[:60].encode(errors="replace").decode()  # it may be half a letter
            told = {"odd": odd, "names": len(given), "most": len(cls.model_fields)}
            raise PydanticCustomError(
                "names", _("Of {names} names at most {most} are known; “{odd}” is not."), told
            )
        return given

"""What a condition may look at, and which operators suit it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

AMOUNT_OPS = ("ge", "lt", "between", "known", "unknown")
RANKED_OPS = ("ge", "lt", "between", "top", "bottom", "known", "unknown")
CHOICE_OPS = ("in", "not_in", "known", "unknown")
# Kind of field -> operators, the usual one first.
OPS: Mapping[str, tuple[str, ...]] = {
    "money": AMOUNT_OPS,
    "number": AMOUNT_OPS,
    "share": AMOUNT_OPS,
    "count": AMOUNT_OPS,
    "days": AMOUNT_OPS,
    "age": ("ge", "lt", "between", "known", "unknown"),
    "date": ("within", "not_within", "after", "before", "between", "known", "unknown"),
    "birthday": ("next_month", "this_month", "in_month", "ahead", "known", "unknown"),
    "word": CHOICE_OPS,
    "text": ("has", "known", "unknown"),
    "words": CHOICE_OPS,
    "flag": ("yes", "no"),
    "group": ("in", "not_in"),
    "total": ("ge", "lt", "between"),
    "times": ("ge", "lt", "between", "none"),
    "change": ("fell", "rose"),
}
NO_VALUE = ("known", "unknown", "yes", "no", "none", "next_month", "this_month")
TWO_VALUES = ("between",)
MANY_VALUES = ("in", "not_in", "in_month")
DAY_OPS = ("within", "not_within", "ahead")  # their value is a number of days
SHARE_OPS = ("top", "bottom")  # their value is a percentage
NUMERIC = ("money", "number", "share", "count", "days")


@dataclass(frozen=True)
class Field:
    """One thing to look at. `origin`: file, score, facts, group or beside.

    What lies beside the file is looked up in the database each time, through the viewer's
    eyes. `facts` names the kind of facts, `measure` what is computed of them, and `narrows`
    by what they may be narrowed. `sensitive` needs a reason and stays out of comparisons.
    `offers` are the operators where they are not those of the kind.
    """

    key: str
    kind: str
    theme: str
    origin: str = "file"
    column: str = ""
    facts: str = ""
    measure: str = ""
    narrows: tuple[str, ...] = ()
    days: int = 0  # the usual window
    sensitive: bool = False
    offers: tuple[str, ...] = ()

    @property
    def ops(self) -> tuple[str, ...]:
        if self.offers:
            return self.offers
        if self.origin == "score" and self.kind in NUMERIC:
            return RANKED_OPS
        return OPS[self.kind]

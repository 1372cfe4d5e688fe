"""A customer's place in an experiment, in SQL: the same digits that the engine reads.

The first twelve hexadecimal digits of md5("<salt>:<customer>") as a whole number.
"""

from __future__ import annotations

from collections.abc import Sequence

from regulars.engine.uplift import Split


def place_sql(salt: str, customer: str) -> str:
    """The place of the customer in a column; `salt` is an SQL expression, such as %s."""
    digits = f"substr(md5({salt} || ':' || {customer}), 1, 12)"
    return f"('x' || {digits})::bit(48)::bigint"


def arm_sql(place: str, arms: Sequence[str]) -> str:
    """A CASE that gives the arm of a place; its parameters are all ends but the last."""
    cuts = " ".join(f"when {place} < %s then '{arm}'" for arm in arms[:-1])
    return f"case {cuts} else '{arms[-1]}' end"


def end_of(share: float) -> int:
    """Where the share that is left alone ends, in the unit of places."""
    return Split.holdout("any", share).ends[0]

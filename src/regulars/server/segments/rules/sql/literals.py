"""Words, numbers and days as SQL, and a value compared with some numbers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

SEPARATOR = "\x1f"  # around each word of a list that lies in one text
TRUE, FALSE = "true", "false"


def quote(text: str) -> str:
    """Write a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def quote_number(value: Decimal | float) -> str:
    return f"{value:f}" if isinstance(value, Decimal) else repr(float(value))


def quote_day(day: date) -> str:
    return f"date '{day.isoformat()}'"


def compared(value: str, op: str, values: Sequence[str]) -> str:
    numbers = [quote_number(Decimal(text)) for text in values]
    if op == "ge":
        return f"{value} >= {numbers[0]}"
    if op == "lt":
        return f"{value} < {numbers[0]}"
    return f"{value} >= {numbers[0]} and {value} <= {numbers[1]}"


def holds(value: Decimal, op: str, values: Sequence[str]) -> bool:
    numbers = [Decimal(text) for text in values]
    if op == "ge":
        return value >= numbers[0]
    if op == "lt":
        return value < numbers[0]
    return numbers[0] <= value <= numbers[1]

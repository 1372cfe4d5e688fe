"""What one value says: an age, and where a value came from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from regulars.server.customers.rules.provenance import told_on


def age(born: date | None, today: date) -> int | None:
    """Count whole years; somebody born on 29 February is older on 1 March."""
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def origin(given: Sequence[Any] | None) -> tuple[str, date | None]:
    """Read where a value came from: "hand" or "import:customers.csv", and the day."""
    if not given:
        return "", None
    source, told = (*given, "")[:2]
    return source, told_on(told)

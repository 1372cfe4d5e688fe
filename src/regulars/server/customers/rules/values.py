"""What one value says: an age, and where a value came from."""

from __future__ import annotations

from datetime import date


def age(born: date | None, today: date) -> int | None:
    """Count whole years; somebody born on 29 February is older on 1 March."""
    if born is None or born > today:
        return None
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


def origin(given: list[str] | None) -> tuple[str, date | None]:
    """Read where a value came from: "hand" or "import:customers.csv", and the day."""
    if not given:
        return "", None
    source, day = (*given, "")[:2]
    try:
        return source, date.fromisoformat(day)
    except ValueError:
        return source, None

"""How a record's past is put together from what its changes replaced."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def first_known(changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Of old values, oldest change first, keep the first of each column.

    Given the changes after a moment, that is what stood there at the moment.
    """
    found: dict[str, Any] = {}
    for change in changes:
        for column, value in change.items():
            found.setdefault(column, value)
    return found

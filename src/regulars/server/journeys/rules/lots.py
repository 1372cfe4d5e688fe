"""Long lists in parts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

T = TypeVar("T")


def lots(values: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Yield a list in parts of at most `size`."""
    for start in range(0, len(values), size):
        yield values[start : start + size]

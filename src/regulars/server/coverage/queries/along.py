"""Rows summed up along every axis of a page at once: one statement, read once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from regulars.server.care.queries import morning as reads


class Part(NamedTuple):
    """The sums of the rows that share a value of an axis and what they are told apart by."""

    axis: str  # "" for all rows together
    value: Any
    apart: Any
    sums: tuple[Any, ...]


def along(
    rows: str,
    parameters: Mapping[str, Any],
    *,
    axes: Sequence[str],
    apart: str,
    sums: Sequence[str],
) -> Iterator[Part]:
    """Sum rows up per `apart`, for all and along each axis; every row counts once on each."""
    sets = ", ".join([f"({apart})", *(f"({axis}, {apart})" for axis in axes)])
    hidden = ", ".join(f"grouping({axis})" for axis in axes)
    found = reads.sql(
        f"select {apart}, {', '.join(axes)}, {hidden}, {', '.join(sums)} "
        f"from ({rows}) r group by grouping sets ({sets})",
        dict(parameters),
    )
    n = len(axes)
    for each in found:
        values, away, summed = each[1 : n + 1], each[n + 1 : 2 * n + 1], each[2 * n + 1 :]
        place = next((i for i, gone in enumerate(away) if not gone), None)
        axis, value = ("", "") if place is None else (axes[place], values[place])
        yield Part(axis, value, each[0], summed)

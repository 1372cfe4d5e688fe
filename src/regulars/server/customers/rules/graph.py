"""Where the customers of a network stand in its picture: a tree that grows to the right, or
on a narrow screen a list that is set in by the step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Place:
    """Which column a customer stands in (steps away), and which row, in rows from the top."""

    column: int
    row: float


def places(steps: Sequence[tuple[int, int | None]]) -> dict[int, Place]:
    """Place customers, given as (id, id of the one they were reached by), nearest first.

    Those at the end of a branch take a row each; the others stand in the middle of theirs.
    """
    children: dict[int | None, list[int]] = {}
    for customer, via in steps:
        children.setdefault(via, []).append(customer)
    found: dict[int, Place] = {}
    free = 0

    def stand(customer: int, column: int) -> float:
        nonlocal free
        below = [stand(child, column + 1) for child in children.get(customer, [])]
        if below:
            row = (below[0] + below[-1]) / 2
        else:
            row, free = float(free), free + 1
        found[customer] = Place(column, row)
        return row

    for root in children.get(None, []):
        stand(root, 0)
    return found


def listed(steps: Sequence[tuple[int, int | None]]) -> dict[int, Place]:
    """Place customers, given as for `places`, in a list: each branch below its own."""
    children: dict[int | None, list[int]] = {}
    for customer, via in steps:
        children.setdefault(via, []).append(customer)
    found: dict[int, Place] = {}

    def stand(customer: int, column: int) -> None:
        found[customer] = Place(column, float(len(found)))
        for child in children.get(customer, []):
            stand(child, column + 1)

    for root in children.get(None, []):
        stand(root, 0)
    return found

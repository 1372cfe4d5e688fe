"""Who takes which customers of a book over. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

CLAIMS_A_DAY = 10  # unless the company sets another number
TOP_LEVEL = 4  # tiers from this level on must have somebody who looks after them


@dataclass(frozen=True)
class Split:
    """Where the customers of a book go: by the level of their tier, else to `rest`."""

    rest: int  # book
    by_level: Mapping[int, int]  # level of the tier -> book

    def book_of(self, level: int | None) -> int:
        return self.by_level.get(level, self.rest) if level is not None else self.rest


def plan_mark(plan: Mapping[int, int]) -> str:
    """Write who takes how many as one word: whoever agrees to it agrees to nothing else."""
    return ".".join(f"{book}-{customers}" for book, customers in sorted(plan.items()))


def shares(levels: Iterable[tuple[int, int | None]], split: Split) -> dict[int, list[int]]:
    """Give each book the customers that go to it, from (customer, level) pairs."""
    found: dict[int, list[int]] = {}
    for customer, level in levels:
        found.setdefault(split.book_of(level), []).append(customer)
    return found

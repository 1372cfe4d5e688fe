"""A customer who fits several personas belongs to the first."""

from __future__ import annotations

from collections.abc import Iterable


def first_that_fits(fitting: Iterable[tuple[int, Iterable[int]]]) -> dict[int, int]:
    """Sort customers to personas, given in their order with whom each fits."""
    found: dict[int, int] = {}
    for persona, customers in fitting:
        for customer in customers:
            found.setdefault(customer, persona)
    return found

"""Cohorts: customers by when they first came, and how many still come later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from regulars.engine.basis import RETAIL, Basis
from regulars.engine.ledger import Ledger, facts, local_date

Every = Literal["month", "quarter", "year"]
_UNITS = {"month": "M", "quarter": "Q", "year": "Y"}
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True)
class Cohort:
    """Customers who first were active in one period.

    Attributes
    ----------
    start
        First day of the period.
    active
        Customers of the cohort active in that period, the next one, and so on up to the
        period of `as_of`; the first number is the size of the cohort.
    """

    start: date
    active: tuple[int, ...]

    @property
    def size(self) -> int:
        """Customers in the cohort."""
        return self.active[0]

    @property
    def shares(self) -> tuple[float, ...]:
        """The same over the size; the first is 1."""
        return tuple(n / self.size for n in self.active)


def cohorts(
    ledger: Ledger, as_of: date, every: Every = "quarter", *, basis: Basis = RETAIL
) -> list[Cohort]:
    """Count the customers of every cohort who were active in each later period.

    The period of `as_of` may be incomplete; its numbers are of the days up to `as_of`.

    Parameters
    ----------
    every
        `month`, `quarter` or `year`, of the calendar.
    basis
        Says what activity is.

    Returns
    -------
    list of Cohort
        By rising start; a period in which nobody came first has none.

    Examples
    --------
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1, 1, 2, 3], "amount": [5.0] * 4,
    ...     "local_date": [date(2026, 1, 5), date(2026, 3, 5), date(2026, 1, 9),
    ...                    date(2026, 2, 1)]})
    >>> found = cohorts(Ledger(sold), date(2026, 3, 31), "month")
    >>> [(cohort.start.month, cohort.active) for cohort in found]
    [(1, (2, 0, 1)), (2, (1, 0))]
    """
    known = facts(ledger, until=as_of)
    active = known.filter(known.kind.isin(basis.activity))
    seen = active.select(
        "customer_id", period=local_date(active).truncate(_UNITS[every])
    ).distinct()
    first = seen.group_by("customer_id").agg(cohort=seen.period.min())
    counted = seen.join(first, "customer_id").group_by("cohort", "period")
    rows = counted.agg(customers=lambda t: t.count()).to_pyarrow().to_pylist()
    return _shape(rows, as_of=as_of, every=every)


def _shape(rows: list[dict[str, Any]], *, as_of: date, every: Every) -> list[Cohort]:
    counts: dict[tuple[date, date], int] = {
        (row["cohort"], row["period"]): row["customers"] for row in rows
    }
    return [
        Cohort(start, tuple(_line(counts, start, as_of, _MONTHS[every])))
        for start in sorted({cohort for cohort, _ in counts})
    ]


def _line(
    counts: dict[tuple[date, date], int], start: date, as_of: date, months: int
) -> Iterator[int]:
    period = start
    while period <= as_of:
        yield counts.get((start, period), 0)
        period = _later(period, months)


def _later(period: date, months: int) -> date:
    number = period.year * 12 + period.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)

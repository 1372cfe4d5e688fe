"""Customers as of a day in NumPy: features, what they had brought, what they brought next."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, day_number, facts, known_balances
from regulars.engine.measures.windows import DAY, features_of, joined, windows, windows_on
from regulars.engine.ranking.outcomes import earned, earned_on
from regulars.engine.sampling import hash_sample

Floats = npt.NDArray[np.float64]
YEAR = 365
KEYS = (DAY, "customer_id")
# Customers a ranking learns from; more change nothing but the time.
MOST_CUSTOMERS = 50_000
# Customers in memory at once while all are scored.
PART = 500_000


@dataclass(frozen=True)
class Snapshot:
    """Some customers as of a day, ordered by id; one entry per customer.

    Attributes
    ----------
    names, values
        Features and their matrix (customers x features), float64, NaN where null.
    past
        What each had brought: net spend of all time, for a bank the margin of the last 365
        days; >= 0.
    outcome
        What each brought in the days that followed, >= 0; empty where it was not asked.
    """

    on: date
    ids: pa.ChunkedArray
    names: tuple[str, ...]
    values: Floats
    past: Floats
    outcome: Floats

    def column(self, name: str) -> Floats:
        """Give one feature."""
        return self.values[:, self.names.index(name)]


@dataclass(frozen=True)
class Source:
    """Where snapshots are taken: a ledger, how it earns, and whose rows are read."""

    ledger: Ledger
    basis: Basis
    customers: ir.Table | None = None

    def take(self, on: date) -> Snapshot:
        """Describe the customers as of a day, and what they had brought."""
        wide = windows(self.ledger, as_of=on, basis=self.basis, customers=self.customers)
        if self.basis.value == "aum":
            after = on - timedelta(days=YEAR)
            year = earned(self.ledger, after=after, days=YEAR, basis=self.basis)
            if self.customers is not None:
                year = year.semi_join(self.customers, "customer_id")
            wide = wide.left_join(year.rename(past="earned"), "customer_id")
            wide = wide.drop("customer_id_right")
        else:
            wide = wide.mutate(past=wide.net_spend)
        rows = wide.order_by("customer_id").to_pyarrow()
        return _snapshot(on, rows, self.ledger, _brought(rows["past"]), np.empty(0))

    def take_each(
        self, on: date, origins: Sequence[date], bench: Workbench, *, outcome_days: int
    ) -> dict[date, Snapshot]:
        """Describe all customers on a day and on earlier ones, in one go.

        Of those on origins it is told what they brought next.
        """
        own, dates = Workbench(bench.connection), [on, *origins]
        try:
            wide = windows_on(self.ledger, dates, own, basis=self.basis)
            past = self._past(wide, dates, own)
            came = self._came(wide, origins, outcome_days, own)
            return {
                day: _snapshot(
                    day,
                    _seen_on(wide, day).drop(DAY).order_by("customer_id").to_pyarrow(),
                    self.ledger,
                    past[day],
                    came.get(day, np.empty(0)),
                )
                for day in dates
            }
        finally:
            own.clear()

    def _past(
        self, wide: ir.Table, dates: Sequence[date], bench: Workbench
    ) -> dict[date, Floats]:
        if self.basis.value != "aum":
            return _by_day(wide.select(*KEYS, brought="net_spend"), dates)
        afters = [day - timedelta(days=YEAR) for day in dates]
        year = earned_on(self.ledger, afters, bench, days=YEAR, basis=self.basis)
        return _by_day(_beside(wide, year), dates)

    def _came(
        self, wide: ir.Table, origins: Sequence[date], days: int, bench: Workbench
    ) -> dict[date, Floats]:
        if not origins:
            return {}
        later = earned_on(self.ledger, origins, bench, days=days, basis=self.basis)
        later = later.mutate(**{DAY: later[DAY] - days})
        return _by_day(_beside(wide, later), origins)


def _beside(wide: ir.Table, earned: ir.Table) -> ir.Table:
    both = joined(wide.select(*KEYS), earned, KEYS)
    return both.select(*KEYS, brought="earned")


def _by_day(table: ir.Table, dates: Sequence[date]) -> dict[date, Floats]:
    return {
        day: _brought(_seen_on(table, day).order_by("customer_id").to_pyarrow()["brought"])
        for day in dates
    }


def _seen_on(table: ir.Table, day: date) -> ir.Table:
    return table.filter(table[DAY] == day_number(day))


def _snapshot(
    on: date, rows: pa.Table, ledger: Ledger, past: Floats, outcome: Floats
) -> Snapshot:
    names = tuple(feature.name for feature in features_of(ledger))
    return Snapshot(
        on=on,
        ids=rows["customer_id"],
        names=names,
        values=np.column_stack([_floats(rows[name]) for name in names]),
        past=past,
        outcome=outcome,
    )


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _brought(column: pa.ChunkedArray) -> Floats:
    # Who returned more than he bought brought nothing; hindsight would not choose him.
    return np.maximum(np.nan_to_num(_floats(column)), 0.0)


def everybody(ledger: Ledger, bench: Workbench, *, as_of: date, basis: Basis) -> ir.Table:
    """Keep the ids of all customers that `windows` describes."""
    known = facts(ledger, until=as_of)
    ids = known.filter(known.kind.isin(basis.activity)).select("customer_id").distinct()
    if ledger.balances is not None:
        ids = ids.union(
            known_balances(ledger, until=as_of).select("customer_id"), distinct=True
        )
    return bench.keep(ids)


def sample(
    ledger: Ledger, customers: ir.Table, bench: Workbench, *, most: int, as_of: date
) -> tuple[Ledger, float]:
    """Keep the facts of about `most` customers, chosen by a hash of the id.

    Returns
    -------
    The ledger of those customers and their share of all, 0-1.
    """
    found = first_row(customers.agg(n=customers.count()))["n"]
    share = 1.0
    if found > most:
        few, share = hash_sample(customers, most / found)
        customers = bench.keep(few)

    def kept(table: ir.Table | None) -> ir.Table | None:
        if table is None:
            return None
        return bench.keep(table.semi_join(customers, "customer_id"))

    lines = facts(ledger, until=as_of)
    wanted = [name for name in _READ if name in lines.columns]
    few = replace(
        ledger,
        transactions=kept(lines.select(wanted)),
        balances=kept(ledger.balances),
        holdings=kept(ledger.holdings),
        events=kept(ledger.events),
        touches=kept(ledger.touches),
    )
    return few, share


# What windows and outcomes read of a transaction.
_READ = (
    *("customer_id", "local_date", "occurred_at", "amount", "kind", "cost"),
    *("product_id", "category", "channel"),
)


def parts(customers: ir.Table, *, size: int = PART) -> Iterator[ir.Table]:
    """Cut the customers into ranges of ids, so that each reads its own part of the facts."""
    order = customers.mutate(nth=ibis.row_number().over(order_by=customers.customer_id))
    starts = order.filter(order.nth % size == 0).select("customer_id")
    firsts = starts.order_by("customer_id").to_pyarrow()["customer_id"].to_pylist()
    for first, following in zip(firsts, [*firsts[1:], None], strict=True):
        within = customers.filter(customers.customer_id >= first)
        if following is not None:
            within = within.filter(within.customer_id < following)
        yield within

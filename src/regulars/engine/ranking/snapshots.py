"""Customers as of a day in NumPy: features, what they had brought, what they brought next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.engine.backends import Workbench, first_row
from regulars.engine.basis import Basis
from regulars.engine.ledger import Ledger, facts, known_balances
from regulars.engine.measures.windows import features_of, windows
from regulars.engine.ranking.outcomes import earned
from regulars.engine.sampling import hash_sample

Floats = npt.NDArray[np.float64]
YEAR = 365
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

    def take(self, on: date, *, outcome_days: int = 0) -> Snapshot:
        """Describe the customers as of a day, and what they brought next if asked."""
        wide = windows(self.ledger, as_of=on, basis=self.basis, customers=self.customers)
        if self.basis.value == "aum":
            year = self._earned(on - timedelta(days=YEAR), YEAR, "past")
            wide = wide.left_join(year, "customer_id").drop("customer_id_right")
        else:
            wide = wide.mutate(past=wide.net_spend)
        if outcome_days:
            later = self._earned(on, outcome_days, "outcome")
            wide = wide.left_join(later, "customer_id").drop("customer_id_right")
        rows = wide.order_by("customer_id").to_pyarrow()
        names = tuple(feature.name for feature in features_of(self.ledger))
        return Snapshot(
            on=on,
            ids=rows["customer_id"],
            names=names,
            values=np.column_stack([_floats(rows[name]) for name in names]),
            past=_brought(rows, "past"),
            outcome=_brought(rows, "outcome"),
        )

    def _earned(self, after: date, days: int, name: str) -> ir.Table:
        brought = earned(self.ledger, after=after, days=days, basis=self.basis)
        if self.customers is not None:
            brought = brought.semi_join(self.customers, "customer_id")
        return brought.rename({name: "earned"})


def _floats(column: pa.ChunkedArray) -> Floats:
    return np.asarray(column.to_numpy(), dtype=np.float64)


def _brought(rows: pa.Table, name: str) -> Floats:
    if name not in rows.column_names:
        return np.empty(0)
    # Who returned more than he bought brought nothing; hindsight would not choose him.
    return np.maximum(np.nan_to_num(_floats(rows[name])), 0.0)


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

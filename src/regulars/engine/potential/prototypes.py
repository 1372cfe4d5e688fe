"""Look-alikes by many features at once: cells around prototypes.

Comparing ten million customers with each other is out of reach; comparing them with some
hundred prototypes is not. The prototypes are means of a sample (Lloyd's algorithm); a cell
is everybody nearest to one, and serves `find_potentials` as a group like any other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.measures.demographics import admit_attributes
from regulars.engine.sampling import hash_sample

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

SAMPLE = 100_000
# Enough customers in a cell for a percentile, enough cells to tell customers apart.
PER_CELL, MOST_CELLS = 500, 128
ROUNDS = 40
# Values of a text column rarer than this are one value, "other".
RAREST = 0.02
CHUNK = 100_000


@dataclass(frozen=True)
class Prototypes:
    """Prototypes and how a customer's features are brought to their scale.

    Attributes
    ----------
    numbers
        Columns of numbers: name, mean, standard deviation, taken as logarithm or not.
    words
        Columns of text: name and its frequent values, one feature of 0 or 1 each.
    centres
        One row per prototype, standardised.
    """

    numbers: tuple[tuple[str, float, float, bool], ...]
    words: tuple[tuple[str, tuple[str, ...]], ...]
    centres: tuple[tuple[float, ...], ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it reads."""
        return (*(each[0] for each in self.numbers), *(each[0] for each in self.words))


def find_prototypes(
    customers: ir.Table,
    columns: Sequence[str],
    *,
    logs: Collection[str] = (),
    cells: int | None = None,
    seed: int = 1,
    reasons: Mapping[str, str] | None = None,
) -> Prototypes:
    """Place prototypes among the customers.

    Parameters
    ----------
    customers
        customer_id (unique) and `columns`: numbers (null counts as the mean) or text (null
        is a value of its own). None of them may be made from the value whose potential is
        asked for.
    logs
        Columns of numbers >= 0 with a long tail, taken as log(1 + x).
    cells
        How many; None takes one per 500 customers, 1 to 128.
    seed
        Of the first placing; the same seed and customers give the same prototypes.
    reasons
        By column: why a sensitive attribute is used, see `admit_attributes`.

    Returns
    -------
    Prototypes
        of at most 100,000 customers, chosen by a hash of the id

    Raises
    ------
    BadInput
        where a column is missing, there are no customers, or a sensitive attribute has no
        reason

    References
    ----------
    Lloyd 1982; first places by Arthur & Vassilvitskii 2007 (k-means++).

    Examples
    --------
    >>> import ibis
    >>> table = ibis.memtable({"customer_id": range(40), "age": [20.0] * 20 + [60.0] * 20})
    >>> found = find_prototypes(table, ["age"], cells=2)
    >>> sorted(round(centre[0], 2) for centre in found.centres)
    [-1.0, 1.0]
    """
    lacking = sorted(set(columns) - set(customers.columns))
    if lacking or not columns:
        raise BadInput(
            f"Look-alikes were asked for by {', '.join(lacking) or 'nothing'}, which the "
            "customers lack; name columns that are there."
        )
    admit_attributes(columns, reasons)
    count = int(first_row(customers.agg(n=customers.count()))["n"])
    if count == 0:
        raise BadInput("There are no customers to look alike; give a base with some.")
    rows = _sample(customers.select("customer_id", *columns), count)
    scale = _scaled(rows, columns, logs)
    wanted = cells or min(MOST_CELLS, max(1, count // PER_CELL))
    features = _features(scale, rows)
    centres = _lloyd(features, min(wanted, len(features)), seed)
    kept = tuple(tuple(float(x) for x in centre) for centre in centres)
    return Prototypes(scale.numbers, scale.words, kept)


def assign_cells(customers: ir.Table, prototypes: Prototypes, bench: Workbench) -> ir.Table:
    """Put every customer into the cell of the nearest prototype.

    Parameters
    ----------
    bench
        Where the answer is kept; customers pass in batches.

    Returns
    -------
    Table, one row per customer (kept)
        customer_id; cell : int64, 0 to the number of prototypes less 1; of two prototypes
        equally near the first

    Examples
    --------
    >>> import ibis
    >>> from regulars.engine import connect
    >>> from regulars.engine.backends import Workbench
    >>> table = ibis.memtable({"customer_id": range(40), "age": [20.0] * 20 + [60.0] * 20})
    >>> found = find_prototypes(table, ["age"], cells=2)
    >>> cells = assign_cells(table, found, Workbench(connect(threads=1)))
    >>> len(set(cells.to_pyarrow()["cell"].to_pylist()))
    2
    """
    wanted = customers.select("customer_id", *prototypes.columns)
    centres = np.asarray(prototypes.centres)
    parts = []
    for batch in wanted.to_pyarrow_batches(chunk_size=CHUNK):
        if batch.num_rows:
            rows = pa.Table.from_batches([batch])
            cell = _nearest(_features(prototypes, rows), centres)
            parts.append(pa.table({"customer_id": rows["customer_id"], "cell": cell}))
    if not parts:
        kind = wanted.limit(0).to_pyarrow()["customer_id"]
        parts = [pa.table({"customer_id": kind, "cell": pa.array([], pa.int64())})]
    return bench.bring(pa.concat_tables(parts))


def _sample(customers: ir.Table, count: int) -> pa.Table:
    if count > SAMPLE:
        customers, _ = hash_sample(customers, SAMPLE / count)
    return customers.order_by("customer_id").to_pyarrow()


def _scaled(rows: pa.Table, columns: Sequence[str], logs: Collection[str]) -> Prototypes:
    numbers, words = [], []
    for name in columns:
        if pa.types.is_string(rows[name].type) or pa.types.is_large_string(rows[name].type):
            words.append((name, _frequent(rows[name])))
        else:
            found = _number(rows, name, name in logs)
            found = found[~np.isnan(found)]
            spread = float(found.std()) if len(found) else 0.0
            mean = float(found.mean()) if len(found) else 0.0
            numbers.append((name, mean, spread if spread > 1e-12 else 1.0, name in logs))
    return Prototypes(tuple(numbers), tuple(words), ())


def _frequent(column: pa.ChunkedArray) -> tuple[str, ...]:
    counted = column.value_counts().to_pylist()
    least = RAREST * len(column)
    return tuple(
        sorted(each["values"] for each in counted if each["values"] and each["counts"] >= least)
    )


def _number(rows: pa.Table, name: str, log: bool) -> Floats:
    found: Any = rows[name].cast(pa.float64()).to_numpy(zero_copy_only=False)
    values: Floats = np.asarray(found, dtype=np.float64)
    return np.log1p(np.maximum(values, 0.0)) if log else values


def _features(scale: Prototypes, rows: pa.Table) -> Floats:
    parts: list[Floats] = []
    for name, mean, spread, log in scale.numbers:
        parts.append(np.nan_to_num((_number(rows, name, log) - mean) / spread, nan=0.0))
    for name, values in scale.words:
        said = np.asarray(rows[name].fill_null("").to_pylist(), dtype=object)
        parts += [(said == value).astype(np.float64) for value in values]
    # Far outliers would each take a prototype to themselves.
    return np.clip(np.column_stack(parts), -4.0, 4.0)


def _nearest(features: Floats, centres: Floats) -> Ints:
    # The square of the customer's own length is the same for all prototypes.
    closeness = features @ centres.T - 0.5 * (centres * centres).sum(axis=1)
    place: Ints = closeness.argmax(axis=1).astype(np.int64)
    return place


def _lloyd(features: Floats, cells: int, seed: int) -> Floats:
    centres = _first_places(features, cells, np.random.default_rng(seed))
    for _ in range(ROUNDS):
        place = np.concatenate([_nearest(part, centres) for part in _chunks(features)])
        size = np.bincount(place, minlength=len(centres))
        sums = np.column_stack(
            [np.bincount(place, weights=f, minlength=len(centres)) for f in features.T]
        )
        moved = np.where(size[:, None] > 0, sums / np.maximum(size, 1)[:, None], centres)
        if np.abs(moved - centres).max() < 1e-4:
            break
        centres = moved
    return centres


def _chunks(features: Floats) -> list[Floats]:
    return [features[start : start + CHUNK] for start in range(0, len(features), CHUNK)]


def _first_places(features: Floats, cells: int, rng: np.random.Generator) -> Floats:
    places = [features[int(rng.integers(len(features)))]]
    distance = ((features - places[0]) ** 2).sum(axis=1)
    while len(places) < cells and distance.sum() > 1e-12:
        # The next one is drawn by its squared distance from those that stand.
        at = int(np.searchsorted(np.cumsum(distance), rng.random() * distance.sum()))
        places.append(features[min(at, len(features) - 1)])
        distance = np.minimum(distance, ((features - places[-1]) ** 2).sum(axis=1))
    return np.asarray(places)

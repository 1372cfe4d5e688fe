"""Where everybody stood on five dates: what was held then, what was newly taken since.

With as_of T and a horizon h the dates are T, T-h, ... T-4h. What was newly taken
between T-h and T is the truth for whoever knew only T-h; the window before trains.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench, first_row
from regulars.engine.ledger import Ledger, day_number
from regulars.engine.sampling import id_hash

DATES = 5
# Dates at which something is learned: each looks back two horizons.
TAUGHT = 3
# A product is in fashion by what was taken in the last part of the horizon.
LATELY = 6
SHORTEST, LONGEST = 14, 180

Ints = npt.NDArray[np.int64]


def held_bit(date_number: int) -> int:
    """Mark of a product held at T - date_number * h."""
    return 1 << date_number


def new_bit(date_number: int) -> int:
    """Mark of a product newly taken in the horizon that ends at T - date_number * h."""
    return 1 << (DATES + date_number)


def late_bit(date_number: int) -> int:
    """Mark of a product newly taken in the last sixth of that horizon."""
    return 1 << (2 * DATES + date_number)


HELD_ANY = sum(held_bit(number) for number in range(DATES))


@dataclass(frozen=True)
class Standing:
    """Everybody's products on the dates, by number.

    Attributes
    ----------
    people
        One row per customer: idx : int64, 0, 1, ... by customer_id; customer_id; known :
        int64, marks of the dates on which anything was held; last_0, last_1, last_2 : days
        from the last taking to T, T-h, T-2h, null before the first; digest : string
    rows
        One row per customer and product or trait: idx; item : int64; marks : int64
    labels
        What each item is: product ids first, then traits as "column=value".
    products
        How many of the items are products; only they are suggested.
    known
        Customers who held anything, at each of the dates.
    customers, horizon, as_of
    """

    people: ir.Table
    rows: ir.Table
    labels: tuple[str, ...]
    products: int
    known: tuple[int, ...]
    customers: int
    horizon: int
    as_of: date


def horizon_of(spells: ir.Table, *, as_of: date) -> int:
    """Give a quarter of the history, at least 14 days and at most 180."""
    first = first_row(spells.agg(first=spells.opened.min()))["first"]
    span = day_number(as_of) - first if first is not None else 0
    return int(min(LONGEST, max(SHORTEST, span // 4)))


def stand(
    spells: ir.Table,
    ledger: Ledger,
    bench: Workbench,
    *,
    as_of: date,
    horizon: int,
    min_support: int,
    most_products: int,
    look_alike: Sequence[str],
    customers: ir.Table | None,
    only: Sequence[str] | None,
) -> Standing:
    """Number customers and products and mark what each had on the dates."""
    marked = bench.keep(_marked(spells, day_number(as_of), horizon))
    people = bench.keep(_people(marked, day_number(as_of), horizon, customers))
    labels = _labels(marked, min_support, most_products, only)
    traits = _traits(ledger, as_of, look_alike)
    named = _named(traits, min_support) if traits is not None else []
    codes = _codes(bench, (*labels, *named))
    rows = _numbered(marked, people, codes, "product_id")
    if traits is not None:
        # A trait tells of a date only where its customer was there.
        there = _numbered(traits, people, codes, "label").join(
            people.select("idx", "known"), "idx"
        )
        there = there.mutate(marks=there.marks & there.known).drop("known")
        rows = rows.union(there.filter(there.marks > 0))
    return Standing(
        people=people,
        rows=bench.keep(rows),
        labels=(*labels, *named),
        products=len(labels),
        known=_known(people),
        customers=int(first_row(people.agg(n=people.count()))["n"]),
        horizon=horizon,
        as_of=as_of,
    )


def _marked(spells: ir.Table, today: int, horizon: int) -> ir.Table:
    """Sum up the spells of each customer and product to marks and the days of taking."""
    opened, closed = spells.opened, spells.closed
    dates = [today - number * horizon for number in range(DATES)]
    tests = {
        f"held_{n}": ((opened <= day) & (closed.isnull() | (closed > day))).any()
        for n, day in enumerate(dates)
    }
    for n in range(DATES - 1):
        fresh = (opened > dates[n + 1]) & (opened <= dates[n])
        late = opened > dates[n] - max(1, horizon // LATELY)
        tests[f"new_{n}"] = fresh.any()
        tests[f"late_{n}"] = (fresh & late).any()
    for n in range(TAUGHT):
        tests[f"last_{n}"] = opened.max(where=opened <= dates[n])
    wide = spells.group_by("customer_id", "product_id").agg(**tests)
    return wide.select(
        "customer_id",
        "product_id",
        marks=_marks(wide),
        **{f"last_{n}": wide[f"last_{n}"] for n in range(TAUGHT)},
    )


def _marks(wide: ir.Table) -> ir.IntegerValue:
    total = ibis.literal(0).cast("int64")
    for n in range(DATES):
        total += wide[f"held_{n}"].cast("int64") * held_bit(n)
    for n in range(DATES - 1):
        before = ~wide[f"held_{n + 1}"]
        total += (wide[f"new_{n}"] & before).cast("int64") * new_bit(n)
        total += (wide[f"late_{n}"] & before).cast("int64") * late_bit(n)
    return total


def _people(marked: ir.Table, today: int, horizon: int, customers: ir.Table | None) -> ir.Table:
    known = marked.group_by("customer_id").agg(
        known=marked.marks.bit_or() & HELD_ANY,
        **{f"last_{n}": today - n * horizon - marked[f"last_{n}"].max() for n in range(TAUGHT)},
    )
    if customers is not None:
        asked = customers.select(
            customer_id=customers.customer_id.cast(known.customer_id.type())
        )
        asked = asked.filter(asked.customer_id.notnull()).distinct()
        known = asked.left_join(known, "customer_id").drop("customer_id_right")
        known = known.mutate(known=known.known.fill_null(0))
    order = ibis.window(order_by=known.customer_id)
    return known.mutate(idx=ibis.row_number().over(order), digest=id_hash(known.customer_id))


def _labels(
    marked: ir.Table, min_support: int, most: int, only: Sequence[str] | None
) -> list[str]:
    """Name the products that so many hold now, the most held ones, in the order of ids."""
    held = marked.filter((marked.marks & held_bit(0)) > 0)
    counts = held.group_by("product_id").agg(n=held.count())
    counts = counts.filter(counts.n >= min_support)
    found = counts.order_by(counts.n.desc(), counts.product_id).to_pyarrow().to_pylist()
    wanted = [row["product_id"] for row in found]
    if only is not None:
        wanted = [name for name in wanted if name in {str(each) for each in only}]
    return sorted(wanted[:most])


def _traits(ledger: Ledger, as_of: date, names: Sequence[str]) -> ir.Table | None:
    """Write the named attributes as "column=value"; numbers are cut into fifths."""
    if not names:
        return None
    table = ledger.attributes
    missing = [name for name in names if table is None or name not in table.columns]
    if table is None or missing:
        raise BadInput(f"The attributes have no column {', '.join(missing)}. Name others.")
    parts = [_trait(table, name) for name in names]
    joined = parts[0]
    for part in parts[1:]:
        joined = joined.union(part)
    every = HELD_ANY
    return (
        joined.filter(joined.label.notnull())
        .distinct()
        .mutate(marks=ibis.literal(every).cast("int64"))
    )


def _trait(table: ir.Table, name: str) -> ir.Table:
    column = table[name]
    if column.type().is_floating() or column.type().is_decimal():
        cuts = first_row(table.agg(q=column.cast("float64").quantile([0.2, 0.4, 0.6, 0.8])))[
            "q"
        ]
        step = ibis.literal(1).cast("int64")
        for cut in cuts or []:
            step += (column.cast("float64") > float(cut)).cast("int64")
        column = ibis.ifelse(column.isnull(), None, "fifth " + step.cast("string"))
    label = ibis.literal(f"{name}=") + column.cast("string")
    return table.select(customer_id=table.customer_id, label=label)


def _named(traits: ir.Table, min_support: int) -> list[str]:
    counts = traits.group_by("label").agg(n=traits.count())
    rows = counts.filter(counts.n >= min_support).order_by(counts.n.desc(), counts.label)
    return sorted(row["label"] for row in rows.limit(200).to_pyarrow().to_pylist())


def _codes(bench: Workbench, labels: Sequence[str]) -> ir.Table:
    import pyarrow as pa

    columns = {"label": pa.array(labels, pa.string()), "item": np.arange(len(labels))}
    return bench.bring(pa.table(columns))


def _numbered(table: ir.Table, people: ir.Table, codes: ir.Table, label: str) -> ir.Table:
    table = table.mutate(customer_id=table.customer_id.cast(people.customer_id.type()))
    coded = table.filter(table.marks > 0).join(codes, table[label] == codes.label)
    numbered = coded.join(people.select("idx", "customer_id"), "customer_id")
    return numbered.select("idx", "item", "marks")


def _known(people: ir.Table) -> tuple[int, ...]:
    sums = {
        f"n{n}": ((people.known & held_bit(n)) > 0).cast("int64").sum() for n in range(DATES)
    }
    return tuple(int(value or 0) for value in first_row(people.agg(**sums)).values())

"""What must not be suggested to whom: not eligible, or "not now" until a date."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from regulars.base.errors import BadInput
from regulars.engine.backends import Workbench
from regulars.engine.next_best.standing import Standing

Eligibility: TypeAlias = ir.Table | Mapping[str, ir.Table]


@dataclass(frozen=True)
class Barring:
    """The rules, by number.

    Attributes
    ----------
    restricted : (j,)
        True where a product is only for those who are named.
    allowed
        idx, item of those; empty where no product is restricted.
    declined
        idx, item of what was declined and must rest.
    """

    restricted: npt.NDArray[np.bool_]
    allowed: ir.Table
    declined: ir.Table

    def exceptions(self, people: ir.Table, *, declined: bool) -> ir.Table:
        """Give idx, item that differ from `restricted` for these customers.

        Of a restricted product those who may have it, of an open one those who declined. Who
        declined a restricted product is simply not allowed.
        """
        allowed = self.allowed
        if not declined:
            return allowed.semi_join(people, "idx")
        allowed = allowed.anti_join(self.declined, ["idx", "item"])
        named = ibis.literal([int(n) for n in np.flatnonzero(self.restricted)] or [-1])
        refused = self.declined.filter(~named.contains(self.declined.item))
        return allowed.union(refused, distinct=True).semi_join(people, "idx")


def barring(
    standing: Standing,
    bench: Workbench,
    *,
    eligible: Eligibility | None,
    declined: ir.Table | None,
) -> Barring:
    """Number the rules.

    Parameters
    ----------
    eligible
        A table of customer_id, product_id: all that is allowed. Or, by product id, a table
        of the customer_id who may have it (such as a filtered table of customers); products
        without an entry are open to everybody. None: open to everybody.
    declined
        customer_id, product_id, until (date; null for ever): not suggested before that day.
    """
    names = standing.labels[: standing.products]
    given = _pairs_of(eligible)
    restricted = np.ones(len(names), bool)
    if eligible is None:
        restricted[:] = False
    elif isinstance(eligible, Mapping):
        restricted = np.array([name in eligible for name in names], bool)
    allowed = _numbered(given, standing, bench) if given is not None else _nobody(bench)
    resting = _resting(declined, standing.as_of)
    refused = _numbered(resting, standing, bench) if resting is not None else _nobody(bench)
    return Barring(restricted, allowed, refused)


def _pairs_of(eligible: Eligibility | None) -> ir.Table | None:
    if eligible is None:
        return None
    if not isinstance(eligible, Mapping):
        _require(eligible, ("customer_id", "product_id"), "eligible")
        return eligible.select("customer_id", product_id=eligible.product_id.cast("string"))
    parts = [
        table.select("customer_id", product_id=ibis.literal(str(name)))
        for name, table in eligible.items()
    ]
    return ibis.union(*parts) if len(parts) > 1 else (parts[0] if parts else None)


def _resting(declined: ir.Table | None, as_of: date) -> ir.Table | None:
    if declined is None:
        return None
    _require(declined, ("customer_id", "product_id", "until"), "declined")
    until = declined.until.cast("date")
    still = declined.filter(until.isnull() | (until > as_of))
    return still.select("customer_id", product_id=still.product_id.cast("string"))


def _numbered(pairs: ir.Table, standing: Standing, bench: Workbench) -> ir.Table:
    names = standing.labels[: standing.products]
    columns = {"product_id": pa.array(names, pa.string()), "item": np.arange(len(names))}
    codes = bench.bring(pa.table(columns))
    people = standing.people.select("idx", "customer_id")
    pairs = pairs.mutate(customer_id=pairs.customer_id.cast(people.customer_id.type()))
    found = pairs.join(codes, "product_id").join(people, "customer_id")
    return bench.keep(found.select("idx", "item").distinct())


def _nobody(bench: Workbench) -> ir.Table:
    empty = pa.array([], pa.int64())
    return bench.bring(pa.table({"idx": empty, "item": empty}))


def _require(table: ir.Table, wanted: tuple[str, ...], name: str) -> None:
    missing = [column for column in wanted if column not in table.columns]
    if missing:
        raise BadInput(
            f"The table of what is {name} lacks {', '.join(missing)}; it has "
            f"{', '.join(table.columns)}. Rename its columns."
        )

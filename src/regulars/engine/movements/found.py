"""What a movement is: rows, parts, the floor it must reach and the day it is known by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from regulars.base.errors import BadInput
from regulars.engine.ledger import EPOCH


@dataclass(frozen=True)
class Movements:
    """What moved.

    Attributes
    ----------
    rows
        One row per movement (lazy)
            customer_id; subject : string, "balance" or "purchase"; direction : string,
            "in" or "out"; on : date, the day of the largest part of it; amount :
            float64, signed; day_amount : float64, signed, on that day alone; low, high :
            float64, the own normal range, 0 always within; floor : float64, what it
            had to reach; level : string, of the customer, null without `levels`
    parts
        One row per movement and what moved in it (lazy)
            customer_id; subject; account_id : string, "" for purchases; item : string, the
            product, for purchases the category; amount : float64, signed
    """

    rows: ir.Table
    parts: ir.Table


def together(first: Movements, second: Movements) -> Movements:
    """Put two kinds of movement into one pair of tables.

    Examples
    --------
    >>> from datetime import date
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> sold = ibis.memtable({"customer_id": [1], "local_date": [date(2026, 3, 1)],
    ...                       "amount": [1.0]})
    >>> from regulars.engine.movements import purchase_movements
    >>> none = purchase_movements(Ledger(sold), as_of=date(2026, 3, 31))
    >>> together(none, none).rows.count().to_pyarrow().as_py()
    0
    """
    return Movements(rows=first.rows.union(second.rows), parts=first.parts.union(second.parts))


def largest_movement(movements: Movements, subject: str) -> ir.Table:
    """Give one row per customer who moved, with columns named after the subject.

    Parameters
    ----------
    subject
        "balance" or "purchase".

    Returns
    -------
    Table, one row per customer with such a movement (lazy)
        customer_id; <subject>_movement : string, "in" or "out"; <subject>_moved_on : date;
        <subject>_moved : float64, signed; <subject>_low, <subject>_high : float64, the own
        range; <subject>_floor : float64; <subject>_moved_item : string, the product or
        category with the largest part in that direction, null if unnamed

    Examples
    --------
    >>> from datetime import date, timedelta
    >>> import ibis
    >>> from regulars.engine import Ledger
    >>> end = date(2026, 3, 31)
    >>> sold = ibis.memtable({"customer_id": [1] * 10, "amount": [900.0] + [20.0] * 9,
    ...     "local_date": [end - timedelta(days=20 * k) for k in range(10)],
    ...     "category": ["ring"] + ["tea"] * 9})
    >>> from regulars.engine.movements import purchase_movements
    >>> table = largest_movement(purchase_movements(Ledger(sold), as_of=end), "purchase")
    >>> row = table.to_pyarrow().to_pylist()[0]
    >>> row["purchase_movement"], row["purchase_moved"], row["purchase_moved_item"]
    ('in', 900.0, 'ring')
    """
    rows = movements.rows.filter(movements.rows.subject == subject)
    parts = movements.parts.filter(movements.parts.subject == subject)
    items = parts.group_by("customer_id", "item").agg(part=parts.amount.sum())
    with_way = items.join(rows.select("customer_id", "amount"), "customer_id")
    along = with_way.part * with_way.amount.sign()
    first = ibis.window(group_by=with_way.customer_id, order_by=[along.desc(), with_way.item])
    ranked = with_way.mutate(place=ibis.row_number().over(first))
    best = ranked.filter(ranked.place == 0).select("customer_id", item=ranked.item.nullif(""))
    wide = rows.left_join(best, "customer_id")
    return wide.select(
        customer_id=wide.customer_id,
        **{
            f"{subject}_movement": wide.direction,
            f"{subject}_moved_on": wide.on,
            f"{subject}_moved": wide.amount,
            f"{subject}_low": wide.low,
            f"{subject}_high": wide.high,
            f"{subject}_floor": wide.floor,
            f"{subject}_moved_item": wide.item,
        },
    )


def check_wish(days: int, floors: Mapping[str, float] | None, levels: ir.Table | None) -> None:
    if days < 1:
        raise BadInput(f"Movements were asked for over {days} days; give one or more.")
    if floors and levels is None:
        raise BadInput(
            f"Floors were given for {', '.join(sorted(floors))}, but no levels; give the "
            "table of who is on which."
        )


def with_floor(
    wide: ir.Table,
    floors: Mapping[str, float] | None,
    levels: ir.Table | None,
    *,
    default: float,
) -> ir.Table:
    if levels is None:
        return wide.mutate(level=ibis.null("string"), floor=ibis.literal(float(default)))
    named = levels.select("customer_id", level=levels.level.cast("string"))
    both = wide.left_join(named, "customer_id").drop("customer_id_right")
    pairs = [(level, float(floor)) for level, floor in (floors or {}).items()]
    floor = both.level.cases(*(pairs or [("", default)]), else_=float(default))
    return both.mutate(floor=floor.cast("float64").fill_null(float(default)))


def with_day(moved: ir.Table, daily: ir.Table, subject: str) -> ir.Table:
    both = moved.join(daily, "customer_id")
    along = both.day_amount * ibis.ifelse(both.direction == "in", 1.0, -1.0)
    first = ibis.window(group_by=both.customer_id, order_by=[along.desc(), both.day])
    ranked = both.mutate(place=ibis.row_number().over(first))
    best = ranked.filter(ranked.place == 0)
    return best.select(
        "customer_id",
        subject=ibis.literal(subject),
        direction=best.direction,
        on=date_of(best.day),
        amount=best.amount,
        day_amount=best.day_amount.round(4),
        low=best.low,
        high=best.high,
        floor=best.floor.round(4),
        level=best.level,
    )


def date_of(day: ir.IntegerValue) -> ir.DateValue:
    return (ibis.date(EPOCH) + day.cast("int32").as_interval("D")).cast("date")

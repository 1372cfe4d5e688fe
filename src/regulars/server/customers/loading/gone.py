"""Numbers that lead elsewhere: of files that were merged, and of customers who were erased."""

from __future__ import annotations

from typing import Any

from regulars.server.customers import queries

# Each merged file with the one that lives on, however many merges lie between.
SURVIVORS = """
  step (id, root) as (
    select id, merged_into_id from customers_customer where merged_into_id is not null
    union all
    select s.id, c.merged_into_id from step s join customers_customer c on c.id = s.root
    where c.merged_into_id is not null
  ),
  survivor (id, root) as (
    select s.id, s.root from step s join customers_customer c on c.id = s.root
    where c.merged_into_id is null
  )
"""


def lead_to_survivors(db: Any) -> None:
    """Let rows of `arriving` that name a merged file speak of the one it went into.

    Where a file names both, the row of the survivor speaks.
    """
    db.execute(
        "select exists (select 1 from customers_customer where merged_into_id is not null)"
    )
    if not db.fetchone()[0]:
        return
    led = (
        f"with recursive {SURVIVORS}, led as (select a.number, n.number as root, "
        "row_number() over (partition by n.number order by a.number) as nth, "
        "exists (select 1 from arriving b where b.number = n.number) as speaks "
        "from survivor s join customers_customer c on c.id = s.id "
        "join customers_customer n on n.id = s.root join arriving a on a.number = c.number) "
    )
    db.execute(
        f"{led} delete from arriving a using led l "
        "where a.number = l.number and (l.speaks or l.nth > 1)"
    )
    db.execute(
        f"{led} update arriving a set number = l.root from led l where a.number = l.number"
    )


def count_stones(db: Any) -> int:
    """How many tombstones there are: read before they are looked through."""
    db.execute("select count(*) from customers_tombstone")
    return int(db.fetchone()[0])


def leave_out_buried(db: Any) -> None:
    """Take rows of customers who were erased out of `arriving`: they do not come back."""
    if count_stones(db):
        _leave_out(db, "arriving")


def close_graves(db: Any, stones: int) -> int:
    """Take out of `opening` whom an erasure overtook while their rows waited for it.

    A row that is opened under the number of somebody who is just being erased waits until
    that stands; there are more stones then than when the load began. Returns how many.
    """
    if count_stones(db) == stones:
        return 0
    gone = _leave_out(db, "opening")
    db.execute("delete from customers_customer where number = any(%s)", [gone])
    return len(gone)


def _leave_out(db: Any, table: str) -> list[str]:
    db.execute(f"select number from {table}")
    gone = sorted(queries.buried(number for (number,) in db.fetchall()))
    db.execute(f"delete from {table} where number = any(%s)", [gone])
    return gone

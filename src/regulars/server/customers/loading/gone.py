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


def leave_out_buried(db: Any) -> None:
    """Take rows of customers who were erased out of `arriving`: they do not come back."""
    db.execute("select exists (select 1 from customers_tombstone)")
    if not db.fetchone()[0]:
        return
    db.execute("select number from arriving")
    gone = queries.buried(number for (number,) in db.fetchall())
    db.execute("delete from arriving where number = any(%s)", [sorted(gone)])

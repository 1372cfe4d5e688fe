"""An erased customer leaves what was snapshotted for a run, whichever run it was.

The figures of the frame stay, by a number that leads to nobody, so that the sums of a past
date stay what they were. What joined them to facts, and what the records said, goes.
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

import duckdb
from django.conf import settings

from regulars.server.core import leftovers
from regulars.server.scoring import bridge

# By which columns a snapshot names somebody: by facts' keys, or by customers' ids.
BY_FACTS = {
    bridge.CUSTOMERS: ("fact_key",),
    bridge.TOUCHES: ("customer_id",),
    bridge.ATTRIBUTES: ("customer_id",),
    bridge.EVIDENCE: ("customer_id",),
    bridge.DECLINED: ("customer_id",),
    bridge.REFERRALS: ("referrer_id", "referred_id"),
}
BY_CUSTOMERS = {
    bridge.TIES: ("customer_id", "other_id"),
    bridge.NEXT: ("customer_id",),
    bridge.HAD: ("customer_id",),
}


def forget_customers(ids: Collection[int], keys: Collection[int]) -> int:
    """Take some customers out of the snapshots of every run; return how many rows went."""
    gone = 0
    with leftovers.workbench() as db:
        for folder in sorted(Path(settings.HOME.runs).glob("*")):
            for named, wanted in ((BY_FACTS, keys), (BY_CUSTOMERS, ids)):
                for name, columns in named.items():
                    gone += _leave_out(db, folder / name, columns, wanted)
    return gone


def _leave_out(
    db: duckdb.DuckDBPyConnection, path: Path, columns: Collection[str], ids: Collection[int]
) -> int:
    if not ids or not path.exists():
        return 0
    listed = ", ".join(str(int(one)) for one in sorted(ids))
    theirs = " or ".join(f"coalesce({name} in ({listed}), false)" for name in columns)
    return leftovers.leave_out(db, path, theirs)

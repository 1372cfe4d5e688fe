"""Whom a new sorting moved is told to whoever listens."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from regulars.server.core import events
from regulars.server.customers.events import TierChanged
from regulars.server.tiers.models import TierRun

BATCH = 5_000
MOVED = """
select c.public_id, coalesce(was.tier, ''), coalesce(now.tier, '')
  from (select customer_id, scheme_id, tier from tiers_assignment
         where tier_run_id = %(before)s) was
  full join (select customer_id, scheme_id, tier from tiers_assignment
              where tier_run_id = %(after)s) now using (customer_id, scheme_id)
  join customers_customer c on c.id = customer_id
 where was.tier is distinct from now.tier and c.state not in ('merged', 'erased')
 order by c.id, scheme_id
"""


def tell_moves(before: TierRun | None, after: TierRun, *, at: datetime) -> int:
    """Tell whose tier is another one than before; a company's first sorting moves nobody."""
    if before is None or not events.is_wanted(TierChanged):
        return 0
    told = 0
    with connection.cursor() as db:
        db.execute(MOVED, {"before": before.pk, "after": after.pk})
        while rows := db.fetchmany(BATCH):
            moves = [TierChanged(customer=who, before=was, after=now) for who, was, now in rows]
            told += events.emit(moves, at=at)
    return told

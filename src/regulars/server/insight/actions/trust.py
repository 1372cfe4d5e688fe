"""Counting the files of every book, for a page that answers at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import connection, transaction

from regulars.server.core import audit, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.actions import quality
from regulars.server.customers.queries import measuring
from regulars.server.insight.models import FileFigures
from regulars.server.insight.queries.trust import stale_condition
from regulars.server.insight.rules.trust import TENTHS

KEPT = timedelta(days=400)


@transaction.atomic
def measure_files(*, by: Actor, at: datetime) -> int:
    """Say of every file how complete it is, and count them by book and tier; the night's work.

    Return how many files moved.
    """
    with scope.everything():
        moved = quality.measure()
        day = core.local_date(at)
        FileFigures.objects.filter(day=day).delete()
        FileFigures.objects.filter(day__lt=day - KEPT).delete()
        _count(day.isoformat(), at)
        audit.record("insight.files.measured", "insight.FileFigures", by=by, at=at, moved=moved)
    return moved


def _count(day: str, at: datetime) -> None:
    tenths = ", ".join(f"count(*) filter (where share / 10 = {n})" for n in range(TENTHS))
    with connection.cursor() as db:
        db.execute(
            "insert into insight_filefigures "
            "(day, measured_at, book_id, level, customers, shares, tenths, stale, never) "
            f"select %s, %s, book_id, level, count(*), sum(share), array[{tenths}], "
            "count(*) filter (where stale), count(*) filter (where never) from ("
            "select c.book_id, coalesce(l.level, 0) as level, "
            "coalesce(c.completeness, 0) as share, c.confirmed_at is null as never, "
            f"{stale_condition()} as stale from customers_customer c "
            f"left join ({measuring.levels()}) l on l.customer_id = c.id "
            "where c.state not in ('merged', 'erased')) files group by book_id, level",
            [day, at, at],
        )

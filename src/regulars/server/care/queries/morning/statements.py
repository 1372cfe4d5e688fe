"""What all readings share: a statement, everybody's tier, the runs, plain values."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import connection

from regulars.server.scoring import queries as scoring
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import TierRun

# Everybody's tier under the scheme that stands beside the name.
TIER_OF = """
select a.customer_id, a.level, a.tier, a.measure, a.next_at
from tiers_assignment a
join tiers_scheme s on s.id = a.scheme_id and s.is_primary
join customers_customer c on c.id = a.customer_id and s.customer_kind in ('', c.kind)
where a.tier_run_id = %(tier_run)s
"""


def sql(statement: str, parameters: Any = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as db:
        db.execute(statement, parameters)
        rows: list[tuple[Any, ...]] = db.fetchall()
        return rows


def published_before(run: Run) -> Run | None:
    """The published run before this one in business time."""
    earlier = Run.objects.filter(state=Run.State.DONE, is_published=True, as_of__lt=run.as_of)
    return earlier.order_by("-as_of", "-pk").first()


def tier_run() -> TierRun | None:
    return TierRun.objects.filter(is_current=True).first()


def tier_run_before(current: TierRun) -> TierRun | None:
    """The tier run of an earlier scoring, if its rows are still there."""
    earlier = TierRun.objects.filter(as_of__lt=current.as_of).exclude(run=current.run_id)
    for found in earlier.order_by("-as_of", "-pk")[:3]:
        if sql("select 1 from tiers_assignment where tier_run_id = %s limit 1", [found.pk]):
            return found
    return None


def customers_of(keys: Iterable[int]) -> dict[int, int]:
    """Whose pseudonyms these are: fact key -> customer."""
    return dict(
        sql(
            "select fact_key, customer_id from customers_factkey where fact_key = any (%s)",
            [list(keys)],
        )
    )


def columns(run: Run) -> frozenset[str]:
    return frozenset(scoring.columns(run)) if scoring.frame(run).exists() else frozenset()


def money(value: float | None) -> Decimal:
    return Decimal(str(round(value or 0.0, 2)))


def plain_date(value: date | datetime | None) -> date | None:
    return value.date() if isinstance(value, datetime) else value

"""What is known of one customer, and what they do not want to be offered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.facts import lake
from regulars.server.scoring.models import Declined, Run, Score
from regulars.server.scoring.queries.rows import scored
from regulars.server.scoring.queries.runs import current_run, table_of


def score(viewer: Person, customer: Customer) -> Score | None:
    """The customer's published scores of the current run."""
    visible = Customer.objects.visible_to(viewer)
    return (
        Score.objects.filter(
            run__is_current=True, customer_id=customer.pk, customer__in=visible
        )
        .select_related("run")
        .first()
    )


def declined(viewer: Person, customer: Customer, *, on: date) -> QuerySet[Declined]:
    """What the customer does not want to be offered on a day, newest first."""
    known = Declined.objects.visible_to(viewer).filter(customer=customer)
    return known.filter(withdrawn_at__isnull=True, declined_on__lte=on, until__gt=on)


def declined_by(viewer: Person, ids: Sequence[int], *, on: date) -> set[tuple[int, str]]:
    """Who does not want to be offered what on a day, of some customers: (customer, code)."""
    known = Declined.objects.visible_to(viewer).filter(customer__in=ids)
    standing = known.filter(withdrawn_at__isnull=True, declined_on__lte=on, until__gt=on)
    return set(standing.order_by().values_list("customer_id", "product_code"))


def figures(viewer: Person, customer: Customer, run: Run | None = None) -> dict[str, Any]:
    """Every figure of one customer in a run (the current one); empty without a row."""
    run = run or current_run()
    if run is None or not scored(viewer).filter(pk=customer.pk).exists():
        return {}
    return dict(_row(table_of(run), customer.pk))


@lru_cache(maxsize=64)
def _row(table: str, customer_id: int) -> Mapping[str, Any]:
    """Read one row. Several bricks of one page ask for it, and a run's files never change."""
    cursor = lake.session().execute(
        f"select * from {table} where customer_id = ?", [customer_id]
    )
    row = cursor.fetchone()
    return dict(zip([d[0] for d in cursor.description or []], row, strict=True)) if row else {}

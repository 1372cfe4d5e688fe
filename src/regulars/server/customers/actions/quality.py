"""Completeness kept beside the file, and the word that a file is still true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from regulars.server.core import actions as core
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers.models import Customer
from regulars.server.customers.queries import measuring


@transaction.atomic
def confirm(customer: Customer, *, by: Actor, at: datetime) -> None:
    """Write down that somebody found the file still true."""
    Customer.objects.filter(pk=customer.pk).update(confirmed_at=at)
    customer.confirmed_at = at
    audit.record("customers.file.confirmed", customer, by=by, at=at)


def measure(customers: Iterable[int] | None = None) -> int:
    """Say anew how complete files are, everybody's or those of some; return how many moved."""
    share = measuring.completeness(measuring.parts(), "c.{}".format)
    levels, only, parameters = measuring.levels(), "", list[Any]()
    if customers is not None:
        # Both named: PostgreSQL would group everybody's levels for the sake of one file.
        levels = f"select customer_id, level from ({levels}) l where customer_id = any(%s)"
        only, parameters = "where c.id = any(%s)", [list(customers)] * 2
    with connection.cursor() as db:
        db.execute(
            "update customers_customer set completeness = found.share from ("
            f"select c.id, {share} as share from customers_customer c "
            f"left join ({levels}) l on l.customer_id = c.id {only}) found "
            "where customers_customer.id = found.id "
            "and customers_customer.completeness is distinct from found.share",
            parameters,
        )
        return int(db.rowcount)


@transaction.atomic
def measure_all(*, by: Actor, at: datetime) -> int:
    """The night's work: everybody's completeness, where tiers, ties or the rule moved it."""
    moved = measure()
    audit.record("customers.files.measured", "customers.Customer", by=by, at=at, moved=moved)
    return moved


@transaction.atomic
def set_rules(*, by: Actor, at: datetime, **settings: Any) -> None:
    """Change what files are asked for, whose value wins, and how long a file stays fresh.

    They are `file_parts`, `source_ranks`, `stale_after` and `trusted_rank`; see the rules.
    """
    core.change_settings(by=by, at=at, **settings)
    if "file_parts" in settings:
        measure_all(by=by, at=at)

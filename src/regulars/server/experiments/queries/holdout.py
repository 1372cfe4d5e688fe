"""Who is left out of all marketing: decided by a hash, the same in SQL and in Python."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django.db import connection

from regulars.engine.uplift import Split, arm_of
from regulars.server.core import scope
from regulars.server.customers.models import Customer
from regulars.server.experiments.models import GlobalHoldout
from regulars.server.experiments.rules import CONTROL
from regulars.server.experiments.rules.places import end_of, place_sql


def holdout_in_force(on: date) -> GlobalHoldout | None:
    """The programme holdout of a day, if there is one."""
    return GlobalHoldout.objects.filter(starts_on__lte=on, ends_on__gt=on).first()


def holdouts() -> list[GlobalHoldout]:
    """Every one that was or will be in force, the newest first."""
    return list(GlobalHoldout.objects.all())


def held_out(customer_id: int, *, on: date) -> bool:
    """Whether a customer is left out of all marketing on a day."""
    found = holdout_in_force(on)
    if found is None:
        return False
    return arm_of(Split.holdout(found.salt, found.share), customer_id) == CONTROL


def held_out_among(customer_ids: Collection[int], *, on: date) -> set[int]:
    """Those of some customers who are left out of all marketing on a day; one statement."""
    found = holdout_in_force(on)
    if found is None or not customer_ids:
        return set()
    with connection.cursor() as db:
        db.execute(
            "select id from unnest(%s::bigint[]) as asked (id) "
            f"where {place_sql('%s', 'id')} < %s",
            [list(customer_ids), found.salt, end_of(found.share)],
        )
        return {pk for (pk,) in db.fetchall()}


def members(holdout: GlobalHoldout) -> int:
    """How many customers on file are left out, whoever looks: a count, not a list."""
    with scope.beyond(), connection.cursor() as db:
        db.execute(
            "select count(*) from customers_customer c where c.state not in "
            f"('merged', 'erased') and {place_sql('%s', 'c.id')} < %s",
            [holdout.salt, end_of(holdout.share)],
        )
        return int(db.fetchone()[0])


def how_many() -> int:
    """How many customers are on file."""
    with scope.beyond():
        return Customer.objects.standing().count()

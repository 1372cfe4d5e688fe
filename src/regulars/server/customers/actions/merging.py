"""One file goes into another, and comes out again; `identity` decides which."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.core import audit, events
from regulars.server.core.audit import Actor
from regulars.server.customers.actions.file import index
from regulars.server.customers.events import CustomerMerged
from regulars.server.customers.models import Customer, CustomerSearch, History


@transaction.atomic
def absorb(
    survivor: Customer, loser: Customer, values: Mapping[str, Any], *, by: Actor, at: datetime
) -> None:
    """Let one file carry both: values go over, the other file stands aside.

    A value that came from the loser keeps the loser's note of where it came from.
    """
    for name, value in values.items():
        setattr(survivor, name, value)
        if name in loser.provenance and value == getattr(loser, name):
            survivor.provenance[name] = loser.provenance[name]
    survivor.updated_at = at
    survivor.save(update_fields=[*values, "provenance", "updated_at"])
    loser.state, loser.merged_into, loser.updated_at = Customer.State.MERGED, survivor, at
    loser.save(update_fields=["state", "merged_into", "updated_at"])
    CustomerSearch.objects.filter(customer=loser).delete()
    index(survivor)
    audit.record("customers.file.merged", survivor, by=by, at=at, loser=loser.pk)
    merged = CustomerMerged(customer=loser.public_id, into=survivor.public_id)
    events.emit(merged, at=at)


@transaction.atomic
def release(
    survivor: Customer,
    loser: Customer,
    values: Mapping[str, Any],
    *,
    state: str,
    origins: Mapping[str, Any],
    lent: Mapping[str, tuple[Any, Any]],
    since: datetime,
    by: Actor,
    at: datetime,
) -> None:
    """Take a merged file out again, and give the survivor the values back.

    Parameters
    ----------
    state
        The loser's state before the merge.
    origins
        Where the survivor's values came from before it, by field.
    lent, since
        By field the survivor's own value and the one that it carried from the merge on. It
        leaves the survivor's past too: it is somebody else's.
    """
    for name, value in values.items():
        setattr(survivor, name, value)
        survivor.provenance.pop(name, None)
        if name in origins:
            survivor.provenance[name] = origins[name]
    survivor.updated_at = at
    survivor.save(update_fields=[*values, "provenance", "updated_at"])
    loser.state, loser.merged_into, loser.updated_at = state, None, at
    loser.save(update_fields=["state", "merged_into", "updated_at"])
    _give_back_the_past(survivor, lent, since)
    index(survivor)
    index(loser)
    audit.record("customers.file.unmerged", survivor, by=by, at=at, loser=loser.pk)


def _give_back_the_past(
    survivor: Customer, lent: Mapping[str, tuple[Any, Any]], since: datetime
) -> None:
    for name, (own, carried) in lent.items():
        rows = History.objects.filter(customer=survivor, valid_to__gte=since)
        for row in rows.filter(**{f"changes__{name}": carried}).order_by("pk"):
            row.changes = row.changes | {name: own}
            row.save(update_fields=["changes"])

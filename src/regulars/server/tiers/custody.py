"""What becomes of tiers at a merge, in a copy, at an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from regulars.server.core.audit import Actor
from regulars.server.core.custody import Duty, Rows
from regulars.server.tiers.models import Assignment


def _copied(customer_id: int) -> Mapping[str, list[dict[str, object]]]:
    fields = ("tier_run__as_of", "scheme__name", "tier", "measure", "value")
    found = Assignment.objects.filter(customer=customer_id).order_by("-tier_run", "scheme")
    return {str(_("Tiers")): list(found.values(*fields))}


def _erased(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    with connection.cursor() as db:
        db.execute("delete from tiers_assignment where customer_id = %s", [customer_id])
        return {"tiers.Assignment": db.rowcount}


KEPT: tuple[Rows | Duty, ...] = (
    # A merge leaves tiers where they are: the next sorting makes one of the two.
    Duty("tiers.assignments", tables=("tiers_assignment",), copy=_copied, erase=_erased),
)

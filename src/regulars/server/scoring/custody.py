"""What becomes of scores at a merge, in a copy, at an erasure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext_lazy as _

from regulars.server.core.audit import Actor
from regulars.server.core.custody import Duty, Known, Rows
from regulars.server.scoring.models import Declined, Score


def _copied(customer_id: int) -> Mapping[str, list[dict[str, object]]]:
    fields = ("run__as_of", "value", "stake", "clv", "contribution", "p_alive", "stage", "rfm")
    found = Score.objects.filter(customer=customer_id).order_by("-run").values(*fields)
    return {str(_("Scores")): list(found)}


def _erased(customer_id: int, *, by: Actor, at: datetime) -> Mapping[str, int]:
    with connection.cursor() as db:
        db.execute("delete from scoring_score where customer_id = %s", [customer_id])
        return {"scoring.Score": db.rowcount}


def _shred(known: Known) -> Mapping[str, int]:
    # Imported here: what scores is heavy, and nobody else asks for it.
    from regulars.server.scoring.actions.forgetting import forget_customers

    return {"scoring.snapshots": forget_customers(known.customers, known.fact_keys)}


KEPT: tuple[Rows | Duty, ...] = (
    Rows(
        Declined,
        title=_("Declined products"),
        copied=("product_code", "declined_on", "until", "withdrawn_at"),
    ),
    # A merge leaves scores where they are: the next run makes one of the two.
    Duty("scoring.scores", tables=("scoring_score",), copy=_copied, erase=_erased),
    Duty("scoring.snapshots", shred=_shred),
)

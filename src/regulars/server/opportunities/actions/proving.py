"""Deals that were won are tied to the fact that proves them, once it comes."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.opportunities import queries
from regulars.server.opportunities.models import Opportunity


@transaction.atomic
def prove(*, by: Actor, at: datetime) -> int:
    """Tie what was won to a holding opened, or a purchase made, since it was opened.

    Only of the same product: what was told in words is proved by nobody. One fact proves one
    deal. Returns how many were proved.
    """
    found = queries.proofs(at)
    for pk, proof in found.items():
        Opportunity.objects.filter(pk=pk, state=Opportunity.State.WON, proof_kind="").update(
            proof_kind=proof.kind, proof_ref=proof.ref, proof_on=proof.on,
            proof_amount=proof.amount,
        )  # fmt: skip
    if found:
        audit.record("opportunities.proved", "opportunities", by=by, at=at, proved=len(found))
    return len(found)

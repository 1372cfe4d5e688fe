"""Take the rows of a file out again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from regulars.base.errors import Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.facts import actions as facts
from regulars.server.intake import queries
from regulars.server.intake.models import Import


class NotWithdrawable(Refused):
    """Records were changed, not added; or the rows lie among others by now."""


@transaction.atomic
def withdraw(found: Import, *, by: Actor, at: datetime) -> None:
    """Take the facts that a file brought out of the living ones.

    Customers that it opened stay, without its facts. Rows that lay there already when the
    file came belong to the earlier file and stay too.

    :raises NotWithdrawable: the file brought no facts, or they were made into one with others.
    """
    locked = Import.objects.select_for_update().get(pk=found.pk)
    if not queries.can_withdraw(locked):
        raise NotWithdrawable(
            f"“{found.file_name}” cannot be taken out again: only facts can, while they lie "
            "in a file of their own. Bring a corrected file instead."
        )
    facts.withdraw(queries.source(locked), by=by, at=at)
    found.state, found.ended_at = Import.State.WITHDRAWN, at
    found.save(update_fields=["state", "ended_at"])
    audit.record("intake.file.withdrawn", found, by=by, at=at)

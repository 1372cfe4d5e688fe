"""How long each class is kept, and the nightly letting go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput
from regulars.server.core import audit, leftovers, retention, scope
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.custody import Known
from regulars.server.core.events import actions as outbox
from regulars.server.core.models import Person
from regulars.server.core.retention import DataClass
from regulars.server.core.words import Words
from regulars.server.privacy import queries, rules
from regulars.server.privacy.events import RequestDue
from regulars.server.privacy.models import Period, Sweep
from regulars.server.privacy.queries import copies, days_of


class TooShort(BadInput):
    """A duty to keep the class for longer stands behind it."""


@transaction.atomic
def set_period(
    known: DataClass, days: int | None, *, by: Actor, at: datetime, reason: str = ""
) -> Period:
    """Keep a class of data for so many days; None as long as the customer is kept.

    :raises TooShort: the law asks for longer.
    """
    if days is not None and days < known.least:
        told = _("This must be kept for %(least)d days at least; %(days)d are too few.")
        raise TooShort(told % {"least": known.least, "days": days})
    who = by if isinstance(by, Person) else None
    period, _made = Period.objects.update_or_create(
        key=known.key, defaults={"days": days, "reason": reason, "set_at": at, "set_by": who}
    )
    audit.record("privacy.period.set", period, by=by, at=at, days=days, reason=reason)
    return period


def remind(*, at: datetime) -> int:
    """Tell who listens which requests are late, or due within the next working days."""
    today = core.local_date(at)
    with scope.everything():
        told = [
            RequestDue(
                request=each.public_id, kind=each.kind, due_on=each.due_on.isoformat(),
                late=rules.late(each.due_on, today),
            )
            for each in queries.due(today)
        ]  # fmt: skip
        outbox.emit(told, at=at)
    return len(told)


def sweep(*, by: Actor, at: datetime) -> Sweep:
    """Let go of what is older than its period, class by class, each in a transaction."""
    counts: dict[str, int] = {}
    for known in retention.classes():
        days = days_of(known)
        if days is not None:
            with scope.everything():
                counts[known.key] = known.drop(at - timedelta(days=days))
    with transaction.atomic():
        made = Sweep.objects.create(
            swept_at=at, counts={key: count for key, count in counts.items() if count}
        )
        audit.record("privacy.data.swept", made, by=by, at=at, counts=made.counts)
    return made


def drop_old_copies(before: datetime) -> int:
    """Delete copies made before a moment."""
    return leftovers.delete(leftovers.older(copies.all_copies(), before))


def shred_copies(known: Known) -> Mapping[str, int]:
    """Delete copies in which an erased person stands, those made for somebody else too."""
    words = Words(known.words)
    return {"privacy.copies": leftovers.delete(words.among(copies.all_copies()))}


def drop_old_requests(before: datetime) -> int:
    """Delete what was answered before a moment, but for what is still to be searched."""
    gone, _each = queries.answered_before(before).delete()
    return gone

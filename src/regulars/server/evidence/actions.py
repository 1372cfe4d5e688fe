"""Evidence is noted and withdrawn; a note is never changed."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.evidence import rules
from regulars.server.evidence.models import Evidence


class NoReason(BadInput):
    """A risk or a loss was noted without its reason."""


class BadSpan(BadInput):
    """A note would end before it began, or begins tomorrow."""


@transaction.atomic
def note(
    customer: Customer,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    source: str = Evidence.Source.SAID,
    competitor: str = "",
    reason: str = "",
    amount: Decimal | None = None,
    words: str = "",
    noted_on: date | None = None,
    expires_on: date | None = None,
) -> Evidence:
    """Write down what was learned; without an end the usual one of its kind is taken.

    :raises NoReason: a rival's offer or a loss without a reason.
    :raises BadSpan: the day lies ahead, or the end does not lie after it.
    """
    today = core.local_date(at)
    noted_on = noted_on or today
    expires_on = expires_on or rules.ends_on(kind, noted_on)
    if kind in rules.ABOUT_RISK and not reason:
        raise NoReason("A rival's offer or a loss needs its reason. Choose one of the list.")
    if noted_on > today or (expires_on is not None and expires_on <= noted_on):
        raise BadSpan(
            f"The note would count from {noted_on} to {expires_on}. "
            "Take a day that has come, and an end after it."
        )
    made = Evidence.objects.create(
        customer=customer,
        kind=kind,
        competitor=competitor.strip(),
        reason=reason,
        source=source,
        amount=amount,
        note=words.strip(),
        noted_on=noted_on,
        expires_on=expires_on,
        noted_by=by if isinstance(by, Person) else None,
        created_at=at,
    )
    audit.record("evidence.note.added", made, by=by, at=at, kind=kind, reason=reason)
    return made


@transaction.atomic
def withdraw(evidence: Evidence, *, by: Actor, at: datetime) -> bool:
    """Take a note back; it stays on record. False where somebody already did."""
    changed = Evidence.objects.filter(pk=evidence.pk, withdrawn_at__isnull=True).update(
        withdrawn_at=at
    )
    if changed:
        audit.record("evidence.note.withdrawn", evidence, by=by, at=at)
    return bool(changed)

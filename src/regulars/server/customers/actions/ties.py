"""Ties between customers: how they begin, change, end, and are taken away as a mistake."""

from __future__ import annotations

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers import rules
from regulars.server.customers.models import Customer, Relation


class BadTie(BadInput):
    """Such a tie cannot run between these two."""


class AlreadyTied(Refused):
    """The two are tied in that way already."""


@transaction.atomic
def relate(
    customer: Customer,
    other: Customer,
    kind: str,
    *,
    by: Actor,
    at: datetime,
    since: date | None = None,
    note: str = "",
    source: str = "hand",
) -> Relation:
    """Write down that `other` is the `kind` of `customer`; a tie that stands stays one.

    :raises BadTie: the kind is unknown, does not fit the two, or they are one and the same.
    """
    _check(customer, other, kind)
    kept, near, far = rules.straight(kind, customer.pk, other.pk)
    tie, made = Relation.objects.get_or_create(
        customer_id=near,
        other_id=far,
        kind=kept,
        until=None,
        defaults={
            "since": since,
            "note": note,
            "source": source,
            "noted_on": core.local_date(at),
        },
    )
    if made:
        tie.refresh_from_db(fields=["public_id"])
        audit.record("customers.relation.added", tie, by=by, at=at, kind=kept)
    return tie


def change_tie(
    tie: Relation,
    *,
    since: date | None,
    until: date | None,
    note: str,
    by: Actor,
    at: datetime,
) -> None:
    """Change a tie's time or note; with `until` it has ended on that day.

    :raises BadTie: it would end before it began.
    :raises AlreadyTied: it would stand again beside a newer one of its kind.
    """
    if since and until and until < since:
        raise BadTie(
            _("It would end on %(until)s, before it began on %(since)s. Mend one of the days.")
            % {"until": until, "since": since}
        )
    changed = [
        name
        for name, value in {"since": since, "until": until, "note": note}.items()
        if getattr(tie, name) != value
    ]
    if not changed:
        return
    tie.since, tie.until, tie.note = since, until, note
    try:
        with transaction.atomic():
            tie.save(update_fields=changed)
            audit.record("customers.relation.changed", tie, by=by, at=at, fields=changed)
    except IntegrityError as error:
        raise AlreadyTied(
            _("The two are tied in this way again already. Change that tie instead.")
        ) from error


@transaction.atomic
def remove_tie(tie: Relation, *, by: Actor, at: datetime) -> None:
    """Take away a tie that was a mistake; what was true and is over ends instead."""
    audit.record(
        "customers.relation.removed",
        tie,
        by=by,
        at=at,
        kind=tie.kind,
        customer=tie.customer_id,
        other=tie.other_id,
    )
    tie.delete()


def _check(customer: Customer, other: Customer, kind: str) -> None:
    if kind not in rules.KINDS:
        known = ", ".join(rules.KINDS)
        raise BadTie(f"There is no tie of the kind {kind!r}. Choose one of: {known}.")
    if customer.pk == other.pk:
        raise BadTie(_("A customer is not tied to themselves. Choose somebody else."))
    if not rules.fits(kind, of=customer.kind, far=other.kind):
        raise BadTie(
            _("“%(kind)s” does not fit between %(customer)s and %(other)s. Choose another.")
            % {
                "kind": Relation.Kind(kind).label,
                "customer": customer.get_kind_display(),
                "other": other.get_kind_display(),
            }
        )

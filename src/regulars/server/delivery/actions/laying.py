"""Laying messages down: everybody of a mailing once, at one address once, before it goes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.delivery import queries
from regulars.server.delivery.actions.stopping import link_of
from regulars.server.delivery.actions.waking import wake
from regulars.server.delivery.kinds import Kind, Message
from regulars.server.delivery.models import Delivery, Line, Mailing
from regulars.server.delivery.queries import Address

BATCH = 1_000
State = Delivery.State


class BadMailing(BadInput):
    """A mailing without time or way."""


class Closed(Refused):
    """Everybody of the mailing is laid down already, or it is over."""


@dataclass(frozen=True)
class Draft:
    """One customer's message, as it is to arrive but for what the line adds.

    Attributes
    ----------
    arm
        The part of an experiment it belongs to; empty: none.
    basis
        Versions of the rule, the text and the data that it was made from.
    refused
        Why there are no words for this customer, or must be none: it stands with the reason
        among the messages that were not sent.
    """

    customer: int
    text: str
    subject: str = ""
    html: str = ""
    language: str = "zh"
    sender: str = ""
    arm: str = ""
    basis: Mapping[str, Any] = field(default_factory=dict)
    refused: str = ""
    said: str = ""


@dataclass(frozen=True)
class Laid:
    """What became of drafts: laid down to go, kept at once, there before."""

    waiting: int = 0
    kept: int = 0
    known: int = 0

    def __add__(self, other: Laid) -> Laid:
        return Laid(
            self.waiting + other.waiting, self.kept + other.kept, self.known + other.known
        )


@transaction.atomic
def make_mailing(
    key: str,
    *,
    name: str,
    line: Line,
    purpose: str,
    not_before: datetime,
    valid_until: datetime,
    by: Actor,
    at: datetime,
    urgent: bool = False,
    personal: bool = False,
    product_risk: int | None = None,
    approved: bool | None = None,
) -> Mailing:
    """Make a mailing, once for each `key`: asked again, the first one is given.

    :raises BadMailing: its time ends before it begins, or is over.
    """
    if valid_until <= max(not_before, at):
        raise BadMailing(
            _("A message needs time to go out: its end is over or before its begin.")
        )
    made, fresh = Mailing.objects.get_or_create(
        key=key,
        defaults={
            "name": name,
            "line": line,
            "purpose": purpose,
            "urgent": urgent,
            "personal": personal,
            "product_risk": product_risk,
            "approved": approved,
            "not_before": not_before,
            "valid_until": valid_until,
            "made_by": audit.label(by),
            "made_at": at,
        },
    )
    if fresh:
        audit.record("delivery.mailing.made", made, by=by, at=at, purpose=purpose)
    return made


def lay(mailing: Mailing, drafts: Sequence[Draft], *, at: datetime) -> Laid:
    """Lay messages down. A customer who has one in this mailing keeps it as it is.

    What was refused is written down even where the mailing takes no more.

    :raises Closed: the mailing takes no more.
    """
    found = Laid()
    kind = queries.set_up(mailing.line)
    for start in range(0, len(drafts), BATCH):
        found += _lay(mailing, kind, drafts[start : start + BATCH], at=at)
    return found


@transaction.atomic
def complete(mailing: Mailing, *, by: Actor, at: datetime) -> int:
    """Say that everybody is laid down; gives how many there are."""
    held = Mailing.objects.select_for_update().get(pk=mailing.pk)
    if not held.complete:
        held.complete = mailing.complete = True
        held.save(update_fields=["complete"])
        audit.record("delivery.mailing.complete", held, by=by, at=at)
        wake(held.line_id)
    return Delivery.objects.filter(mailing=mailing).count()


@transaction.atomic
def _lay(mailing: Mailing, kind: Kind, drafts: Sequence[Draft], *, at: datetime) -> Laid:
    # Held, so that nobody lays the same address down beside us.
    held = Mailing.objects.select_for_update().get(pk=mailing.pk)
    if (held.complete or held.over) and not all(draft.refused for draft in drafts):
        raise Closed(_("This mailing takes no more people. Make a new one."))
    ids = [draft.customer for draft in drafts]
    here = Delivery.objects.filter(mailing=mailing).order_by()
    known = set(here.filter(customer__in=ids).values_list("customer", flat=True))
    fresh = {draft.customer: draft for draft in drafts if draft.customer not in known}
    found = queries.addresses_of(held.line.channel, list(fresh))
    keys = {address.key for address in found.values() if address.key}
    taken = set(here.filter(address_key__in=keys).values_list("address_key", flat=True))
    rows = []
    for draft in fresh.values():
        rows.append(_row(held, kind, draft, found.get(draft.customer), taken, at=at))
        taken.add(rows[-1].address_key)
    # In the order in which customers are held everywhere.
    Delivery.objects.bulk_create(sorted(rows, key=lambda row: row.customer_id))
    kept = sum(row.state == State.KEPT for row in rows)
    return Laid(len(rows) - kept, kept, len(drafts) - len(rows))


def _row(
    mailing: Mailing,
    kind: Kind,
    draft: Draft,
    address: Address | None,
    taken: set[str],
    *,
    at: datetime,
) -> Delivery:
    row = Delivery(
        mailing=mailing,
        customer_id=draft.customer,
        subject=draft.subject,
        text=draft.text,
        html=draft.html,
        language=draft.language,
        sender=draft.sender,
        arm=draft.arm,
        basis=dict(draft.basis),
        due_at=mailing.not_before,
        laid_at=at,
    )
    if draft.refused:
        row.said = draft.said[:200]
        return _kept(row, "content", draft.refused, at=at)
    if address is None or not address.to:
        return _kept(row, "health", "no_address", at=at)
    row.hint = address.hint
    if address.key in taken:
        return _kept(row, "once", "same_address", at=at)
    message = message_of(row, mailing, address, link_of(row, mailing))
    if refusal := kind.refusal(message):
        row.said = refusal[:200]
        return _kept(row, "cannot", "cannot", at=at)
    row.address_key = address.key
    row.parts = kind.size(message).parts
    if mailing.line.part_price is not None:
        row.cost = row.parts * mailing.line.part_price
    return row


def _kept(row: Delivery, rule: str, reason: str, *, at: datetime) -> Delivery:
    row.state, row.rule, row.reason, row.ended_at = State.KEPT, rule, reason, at
    return row


def message_of(row: Delivery, mailing: Mailing, address: Address, stop: str) -> Message:
    """The message as its kind is handed it."""
    return Message(
        key=row.public_id,
        to=address.to,
        text=row.text,
        subject=row.subject,
        html=row.html,
        marketing=mailing.purpose != Mailing.Purpose.SERVICE,
        language=row.language,
        name=address.name,
        sender=row.sender,
        stop=stop,
    )

"""A message that went out is a contact with the customer, and stands among the others."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Value
from django.db.models.functions import Concat

from regulars.server.channels import actions as channels
from regulars.server.channels.actions import Outgoing
from regulars.server.channels.models import Touch
from regulars.server.delivery.models import Delivery, Line

PREFIX = "delivery:"
LOT = 1_000
WENT = (Delivery.State.SENT, Delivery.State.DELIVERED, Delivery.State.BOUNCED)
# All that a contact tells of its message; the words stay where they are.
TOLD = ("public_id", "customer_id", "begun_at", "decision_id",
        "mailing__purpose", "mailing__line__channel")  # fmt: skip
# What a dead sender left without a contact is looked for so far back.
FORGOTTEN = timedelta(days=3)


@transaction.atomic
def write_contacts(messages: Sequence[int]) -> int:
    """Write down the contact of messages, as far as they went out; each has one."""
    found = Delivery.objects.filter(pk__in=messages, state__in=WENT, begun_at__isnull=False)
    # In the order in which customers are held everywhere.
    rows = list(found.select_related("mailing__line").only(*TOLD).order_by("customer", "pk"))
    channels.record_sent([_outgoing(row) for row in rows])
    return len(rows)


def write_forgotten(line: Line, *, at: datetime) -> int:
    """Write down the contacts that a sender died before writing."""
    contact = Touch.objects.filter(once=Concat(Value(PREFIX), OuterRef("public_id")))
    found = Delivery.objects.filter(
        ~Exists(contact), mailing__line=line, state__in=WENT, begun_at__gt=at - FORGOTTEN
    )
    ids = list(found.order_by("pk").values_list("pk", flat=True))
    return sum(write_contacts(ids[at : at + LOT]) for at in range(0, len(ids), LOT))


def _outgoing(row: Delivery) -> Outgoing:
    assert row.begun_at is not None
    return Outgoing(
        customer=row.customer_id,
        channel=row.mailing.line.channel,
        purpose=row.mailing.purpose,
        at=row.begun_at,
        once=f"{PREFIX}{row.public_id}",
        decision=row.decision_id,
        topic="greeting" if row.mailing.purpose == "greeting" else "",
    )

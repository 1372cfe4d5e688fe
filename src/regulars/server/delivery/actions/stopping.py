"""The customer's no: by the link in a message, by a reply, by the provider's own list.

It holds for everybody on file with that address, and at once: what waits is asked again at
the moment of its mark.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import cache

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.urls import reverse

from regulars.base.errors import BadInput
from regulars.server.channels import actions as channels
from regulars.server.channels import queries as words
from regulars.server.channels.models import Consent
from regulars.server.channels.rules.consents import BY_CHANNEL, NO, Purpose, Said
from regulars.server.core.audit import WORKER
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Delivery, Mailing
from regulars.server.delivery.queries.addresses import FIELDS

SALT = "delivery.stop"


class Unsigned(BadInput):
    """The link is not one of ours, or was cut off."""


def link_of(row: Delivery, mailing: Mailing) -> str:
    """The address that refuses further messages; empty for service, or without an address
    of the pages."""
    origins: list[str] = settings.CSRF_TRUSTED_ORIGINS
    if not origins or mailing.purpose == Mailing.Purpose.SERVICE:
        return ""
    token = signing.Signer(salt=SALT).sign(row.public_id)
    return origins[0].rstrip("/") + _path().replace("TOKEN", token)


@cache
def _path() -> str:
    return reverse("delivery:stop", args=["TOKEN"])


def whose(token: str) -> Delivery:
    """The message that a link stood in.

    :raises Unsigned: it is not one of ours.
    """
    try:
        public_id = signing.Signer(salt=SALT).unsign(token)
    except signing.BadSignature as error:
        raise Unsigned("The link is not complete. Open it from the message again.") from error
    found = Delivery.objects.filter(public_id=public_id).select_related("mailing__line")
    row = found.first()
    if row is None:
        raise Unsigned("The message is not on file any more.")
    return row


def stop_by_link(token: str, *, at: datetime) -> Delivery:
    """End what a message was for, by its channel, for whoever has its address.

    :raises Unsigned: the link is not one of ours.
    """
    row = whose(token)
    refuse(row, source=Consent.Source.PAGE, evidence=f"delivery {row.public_id}", at=at)
    return row


@transaction.atomic
def refuse(row: Delivery, *, source: str, evidence: str, at: datetime) -> int:
    """Write the no down for everybody with the address of a message; on how many files."""
    channel = row.mailing.line.channel
    about = {Purpose.MARKETING.value, row.mailing.purpose} & {str(one) for one in BY_CHANNEL}
    found = list(everybody_at(row.customer_id, channel))
    for customer in found:
        _refuse(customer, channel, about, source=source, evidence=evidence, at=at)
    return len(found)


def _refuse(
    customer: Customer,
    channel: str,
    about: Iterable[str],
    *,
    source: str,
    evidence: str,
    at: datetime,
) -> None:
    before = words.standings(customer, at=at)
    for purpose in sorted(about):
        if before.get((purpose, channel)) not in NO:
            channels.record_consent(
                customer,
                purpose=purpose,
                channel=channel,
                said=Said.WITHDRAWN,
                source=source,
                evidence=evidence,
                by=WORKER,
                at=at,
            )


def everybody_at(customer: int, channel: str) -> Iterable[Customer]:
    """A customer, and everybody else with the same address."""
    here = Customer.objects.standing().filter(pk=customer).first()
    if here is None:
        return []
    field = FIELDS[channel]
    value = getattr(here, field)
    if not value:
        return [here]
    return Customer.objects.standing().filter(**{field: value}).order_by("pk")

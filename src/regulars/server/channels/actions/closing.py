"""Channels that we close ourselves: who never answers, and who took us off their list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from regulars.server.channels import queries
from regulars.server.channels.actions.consents import record_consent
from regulars.server.channels.models import Consent
from regulars.server.channels.rules.consents import NO, Purpose, Said
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.customers import actions as customers
from regulars.server.customers.models import Customer


@transaction.atomic
def stop_marketing(
    customer: Customer, channels: Collection[str], *, reason: str, by: Actor, at: datetime
) -> int:
    """End marketing on some channels though the customer said nothing; service goes on.

    Return on how many it was open until now. A later yes opens it again.

    :raises NotStanding: the file was merged or erased meanwhile.
    """
    customers.hold(customer.pk)
    before = queries.standings(customer, at=at)
    still = [c for c in channels if before.get((Purpose.MARKETING, c)) not in NO]
    for channel in still:
        record_consent(
            customer,
            purpose=Purpose.MARKETING,
            channel=channel,
            said=Said.WITHDRAWN,
            source=Consent.Source.RULE,
            evidence=reason,
            by=by,
            at=at,
        )
    if still:
        audit.record(
            "channels.marketing.stopped",
            customer,
            by=by,
            at=at,
            channels=sorted(still),
            reason=reason,
        )
    return len(still)


@transaction.atomic
def close_channel(
    customer: Customer, channel: str, *, reason: str, by: Actor, at: datetime
) -> bool:
    """Block a way for everything, service too; False where it was closed already."""
    blocked = set(customers.hold(customer.pk).blocked_channels)
    if channel in blocked:
        return False
    customers.change_customer(
        customer, by=by, at=at, blocked_channels=sorted(blocked | {channel})
    )
    audit.record(
        "channels.channel.closed", customer, by=by, at=at, channel=channel, reason=reason
    )
    return True


@transaction.atomic
def reopen_channel(
    customer: Customer, channel: str, *, reason: str, by: Actor, at: datetime
) -> bool:
    """Take the block of a way away; False where there is none."""
    blocked = set(customers.hold(customer.pk).blocked_channels)
    if channel not in blocked:
        return False
    customers.change_customer(
        customer, by=by, at=at, blocked_channels=sorted(blocked - {channel})
    )
    audit.record(
        "channels.channel.reopened", customer, by=by, at=at, channel=channel, reason=reason
    )
    return True

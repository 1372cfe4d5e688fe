"""Reasons that close a channel: who never answers is not written to, who left is left alone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from regulars.server.care.models import Task
from regulars.server.care.rules import Reason
from regulars.server.channels import actions as channels
from regulars.server.core import queries as core
from regulars.server.core.audit import Actor
from regulars.server.customers.actions import NotStanding
from regulars.server.customers.models import Customer

# What is sent; a call by somebody who knows the customer is a word, not a message.
SENT = ("sms", "email", "wecom")
WECOM = "wecom"
SUNSET, REMOVED, ADDED = "sunset", "wecom_removed", "wecom_added"


def close_channels(new: Iterable[Reason], *, by: Actor, at: datetime) -> int:
    """Do what the reasons of a morning mean for the ways to go; return how many changed."""
    asked = [r for r in new if r.trigger.code in (SUNSET, REMOVED, ADDED)]
    known = Customer.objects.in_bulk({reason.customer_id for reason in asked})
    changed = 0
    for reason in asked:
        try:
            changed += _close(known[reason.customer_id], reason, by=by, at=at)
        except NotStanding:  # merged or erased in the same minute
            continue
    return changed


def _close(customer: Customer, reason: Reason, *, by: Actor, at: datetime) -> bool:
    on = reason.happens_on or core.local_date(at)
    code = reason.trigger.code
    why = f"{code} {on.isoformat()}"
    if code == SUNSET:
        return bool(channels.stop_marketing(customer, SENT, reason=why, by=by, at=at))
    if code == REMOVED:
        return channels.close_channel(customer, WECOM, reason=why, by=by, at=at)
    # Only what we closed because they left opens again when they come back.
    left = Task.objects.filter(customer=customer, trigger=REMOVED).exists()
    return left and channels.reopen_channel(customer, WECOM, reason=why, by=by, at=at)

"""Every change of contacts. A touch is written once; a mistake is reversed, not deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction
from django.utils.translation import gettext as _

from regulars.base.errors import BadInput, Refused
from regulars.server.channels.actions.consents import correct_consent, refuse_all
from regulars.server.channels.models import Consent, Decision, Touch
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.models import Person
from regulars.server.customers.models import Customer

USED = """
update channels_decision d set touch_id = u.touch
  from unnest(%s::bigint[], %s::bigint[]) as u(decision, touch)
 where d.id = u.decision and d.allowed and d.touch_id is null
"""


class AlreadyReversed(Refused):
    """Somebody took the contact back before."""


class WrongOutcome(BadInput):
    """The outcome or channel is none of ours, or does not fit the rest."""


@transaction.atomic
def record_touch(
    customer: Customer,
    *,
    channel: str,
    outcome: str,
    by: Actor,
    at: datetime,
    two_way: bool,
    inbound: bool = False,
    purpose: str = "",
    topic: str = "",
    note: str = "",
    need: str = "",
    next_step: str = "",
    next_on: date | None = None,
    decision: Decision | None = None,
    once: str | None = None,
    beside: Person | None = None,
) -> Touch:
    """Write down a contact; a refusal of all marketing takes effect at the same moment.

    `decision` is the policy's answer that this contact used up; `once` is unique to this
    contact, so that the database refuses to hold it twice. `beside` is who came along.

    :raises WrongOutcome: the channel, the outcome or the topic does not exist.
    """
    _known(channel, Touch.Channel.values)
    _known(outcome, Touch.Outcome.values)
    _known(topic, ["", *Touch.Topic.values])
    refused = outcome == Touch.Outcome.REFUSED_ALL
    touch = Touch.objects.create(
        customer=customer,
        at=at,
        channel=channel,
        inbound=inbound,
        two_way=two_way,
        outcome=outcome,
        person=by if isinstance(by, Person) else None,
        purpose=purpose,
        topic=topic,
        note=note,
        need=need,
        next_step=next_step,
        next_on=next_on,
        once=once or None,
        beside=beside if beside != by else None,
    )
    if decision is not None:
        Decision.objects.filter(pk=decision.pk, allowed=True).update(touch=touch)
    if refused:
        source = Consent.Source.CONTACT
        refuse_all(customer, source=source, touch=touch, by=by, at=at)
    audit.record(
        "channels.touch.recorded", touch, by=by, at=at, channel=channel, outcome=outcome
    )
    return touch


@dataclass(frozen=True)
class Outgoing:
    """A message that went out; `once` is unique to it, `decision` what allowed it."""

    customer: int
    channel: str
    purpose: str
    at: datetime
    once: str
    decision: int | None
    topic: str = ""


@transaction.atomic
def record_sent(messages: Sequence[Outgoing]) -> dict[str, int]:
    """Write down many messages that went out; gives the contact of each, by `once`.

    A message that was written down before keeps its contact. Nothing goes to the audit
    trail: whoever sends has its own account of each.
    """
    once = [one.once for one in messages]
    Touch.objects.bulk_create(
        (
            Touch(
                customer_id=one.customer, at=one.at, channel=one.channel, purpose=one.purpose,
                topic=one.topic, outcome=Touch.Outcome.DONE, once=one.once,
            )
            for one in messages
        ),
        ignore_conflicts=True,
    )  # fmt: skip
    rows = Touch.objects.filter(once__in=once).values_list("once", "pk")
    found = {str(key): pk for key, pk in rows}
    used = [(one.decision, found[one.once]) for one in messages if one.decision]
    with connection.cursor() as db:
        db.execute(USED, [[decision for decision, _ in used], [touch for _, touch in used]])
    return found


@transaction.atomic
def reverse_touch(touch: Touch, *, by: Actor, at: datetime) -> None:
    """Take a contact back; it stays on file and counts no more.

    What it had written into the ledger of consents is corrected: what stood before stands
    again, unless the customer said something later.

    :raises AlreadyReversed: it was taken back before.
    """
    standing = Touch.objects.filter(pk=touch.pk, reversed_at__isnull=True)
    if not standing.update(reversed_at=at):
        raise AlreadyReversed(_("This contact was taken back already. Reload the page."))
    touch.reversed_at = at
    correct_consent(touch, by=by, at=at)
    audit.record("channels.touch.reversed", touch, by=by, at=at)


def _known(value: str, choices: list[str]) -> None:
    if value not in choices:
        known = ", ".join(choices)
        raise WrongOutcome(f"There is no {value!r} here. Choose one of: {known}.")

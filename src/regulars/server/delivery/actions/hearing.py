"""What providers tell us, and what customers write back: kept once, and acted upon."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from regulars.server.channels import actions as channels
from regulars.server.channels.models import Consent, Touch
from regulars.server.core.audit import WORKER
from regulars.server.customers import actions as files
from regulars.server.delivery import queries
from regulars.server.delivery.actions.contacts import WENT, write_contacts
from regulars.server.delivery.actions.holding import Over, pause
from regulars.server.delivery.actions.stopping import everybody_at, refuse
from regulars.server.delivery.kinds import Answer, Call, Event, Happened, Receipt
from regulars.server.delivery.models import Delivery, Heard, Line
from regulars.server.delivery.queries.addresses import key_of
from regulars.server.delivery.rules import news
from regulars.server.delivery.rules.stops import is_stop

# A reply belongs to the last message that went to its number so long ago at most.
REMEMBERED = timedelta(days=60)


def hear(line: Line, call: Call, *, at: datetime) -> Answer:
    """Take in a call of a provider; gives what it wants to hear.

    :raises Forged: the provider did not sign it.
    """
    answer = queries.set_up(line).hear(call, at=at)
    take_in(line, answer.events, at=at)
    return answer


def take_in(line: Line, events: Sequence[Event], *, at: datetime) -> int:
    """Keep and act upon news; gives how many of them were news."""
    return sum(_take(line, event, at=at) for event in events)


@transaction.atomic
def told_at_once(row: Delivery, receipt: Receipt, *, at: datetime) -> None:
    """Act upon a provider that refused: nobody is there, or they said no to it."""
    line = row.mailing.line
    if receipt.dead:
        _close(row, line, receipt.said or receipt.code, at=at)
    if receipt.stopped:
        evidence = f"delivery {row.public_id}: {receipt.code}"
        refuse(row, source=Consent.Source.REPLY, evidence=evidence, at=at)


def ask(line: Line, *, at: datetime) -> int:
    """Ask a provider what became of messages that wait for an employee; how much was news."""
    waiting = Delivery.objects.filter(
        mailing__line=line,
        state=Delivery.State.CREATED,
        begun_at__gt=at - queries.CONFIRMED_WITHIN,
    )
    ids = list(waiting.exclude(provider_id="").values_list("provider_id", flat=True))
    return take_in(line, queries.set_up(line).ask(ids, at=at), at=at) if ids else 0


@transaction.atomic
def _take(line: Line, event: Event, *, at: datetime) -> bool:
    row = _of(line, event, at=at)
    if row is not None:
        files.lock_all(row.customer_id)  # the file before its messages, as in a merge
        row = Delivery.objects.select_for_update(of=("self",)).get(pk=row.pk)
    _kept, fresh = Heard.objects.get_or_create(
        line=line,
        once=event.once[:120],
        defaults={
            "what": event.what,
            "delivery": row,
            "customer_id": row.customer_id if row else None,
            "at": min(event.at or at, at),
            "heard_at": at,
            "code": event.code[:60],
            "said": event.said[:200],
            "text": event.text,
        },
    )
    if not fresh or row is None:
        return fresh
    went = row.state in WENT
    row.state = news.after(row.state, event.what)
    row.news_at, row.worker = at, row.worker if row.state == Delivery.State.BEGUN else None
    row.code, row.said = event.code[:60] or row.code, event.said[:200] or row.said
    row.provider_id = row.provider_id or event.id[:120]
    row.complained = row.complained or event.what is Happened.COMPLAINED
    row.ended_at = row.ended_at or at
    row.save()
    if row.state in WENT and not went:
        write_contacts([row.pk])
    _act(line, row, event, at=at)
    return True


def _act(line: Line, row: Delivery, event: Event, *, at: datetime) -> None:
    told = f"delivery {row.public_id}"
    match event.what:
        case Happened.BOUNCED:
            _close(row, line, event.said or event.code, at=at)
        case Happened.COMPLAINED:
            refuse(row, source=Consent.Source.REPLY, evidence=f"{told}: spam", at=at)
            _guard(row, at=at)
        case Happened.STOPPED:
            refuse(row, source=Consent.Source.REPLY, evidence=f"{told}: {event.code}", at=at)
        case Happened.REPLIED if is_stop(event.text):
            evidence = f"{told}: {event.text[:40]}"
            refuse(row, source=Consent.Source.REPLY, evidence=evidence, at=at)
        case Happened.REPLIED:
            channels.record_touch(
                row.customer, channel=line.channel, outcome=Touch.Outcome.REACHED, by=WORKER,
                at=min(event.at or at, at), two_way=True, inbound=True,
                purpose=row.mailing.purpose, note=event.text,
            )  # fmt: skip
        case _:
            pass


def _close(row: Delivery, line: Line, said: str, *, at: datetime) -> None:
    """Close the way to an address that does not exist, for everybody who has it."""
    reason = _("The address does not exist: %(said)s") % {"said": said}
    for customer in everybody_at(row.customer_id, line.channel):
        channels.close_channel(customer, line.channel, reason=reason, by=WORKER, at=at)


def _guard(row: Delivery, *, at: datetime) -> None:
    """Hold a mailing that too many called spam."""
    here = Delivery.objects.filter(mailing=row.mailing)
    sent = here.filter(begun_at__isnull=False).count()
    complaints = here.filter(complained=True).count()
    if news.too_many(complaints, sent):
        why = _("%(count)s of %(sent)s called it spam.") % {"count": complaints, "sent": sent}
        with suppress(Over):  # it went out already; the complaints stay on file
            pause(row.mailing, why=why, by=WORKER, at=at)


def _of(line: Line, event: Event, *, at: datetime) -> Delivery | None:
    """The message that news is about."""
    here = Delivery.objects.filter(mailing__line=line).select_related(
        "mailing__line", "customer"
    )
    if event.key and (found := here.filter(public_id=event.key).first()):
        return found
    if event.id and (found := here.filter(provider_id=event.id).order_by("-pk").first()):
        return found
    if not event.address:
        return None
    to = Delivery.objects.filter(
        address_key=key_of(line.channel, event.address),
        mailing__line__channel=line.channel,
        begun_at__gte=at - REMEMBERED,
    )
    return to.select_related("mailing__line", "customer").order_by("-begun_at", "-pk").first()

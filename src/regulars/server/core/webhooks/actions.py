"""Webhooks are made, switched, tested; deliveries are tried until they arrive."""

from __future__ import annotations

import base64
import hashlib
import hmac
import ipaddress
import json
import secrets
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.base.errors import BadInput, Refused
from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.core.events import actions as outbox
from regulars.server.core.events.declared import Happened, kinds
from regulars.server.core.models import Delivery, Event, Person, Webhook
from regulars.server.core.webhooks import rules, sending
from regulars.server.core.webhooks.sending import Outcome

GONE = 410  # the receiver's word that it does not want to be asked again
Post = Callable[..., Outcome]


class UnknownKind(BadInput):
    """There is no such event."""


class NotWaiting(Refused):
    """The delivery is not one that can be tried again."""


@dataclass(frozen=True, kw_only=True)
class Tested(Happened):
    """Somebody pressed “Send a test”."""

    type: ClassVar[str] = "webhook.tested.v1"
    label: ClassVar[str | Promise] = _("A test was sent")
    webhook: str

    @property
    def subject(self) -> str:
        return f"webhooks/{self.webhook}"


@transaction.atomic
def add_webhook(
    *, name: str, url: str, types: Collection[str], by: Actor, at: datetime
) -> Webhook:
    """Enter a receiver; it is told nothing until it is switched on.

    :raises BadAddress: the address has another shape, or its host is not on the list.
    :raises UnknownKind: an event does not exist.
    """
    _check(url, types)
    made = Webhook.objects.create(
        name=name.strip(),
        url=url,
        types=sorted(types),
        salt=secrets.token_urlsafe(32),
        made_by=by if isinstance(by, Person) else None,
        made_at=at,
    )
    audit.record("core.webhook.added", made, by=by, at=at, types=sorted(types))
    return made


@transaction.atomic
def change_webhook(webhook: Webhook, *, by: Actor, at: datetime, **changes: Any) -> None:
    """Change name, address, events, or switch it on or off.

    :raises BadAddress: the address has another shape, or its host is not on the list.
    :raises UnknownKind: an event does not exist.
    """
    named = [name for name, value in changes.items() if getattr(webhook, name) != value]
    for name in named:
        setattr(webhook, name, changes[name])
    if {"url", "types"} & set(named) or (webhook.is_active and "is_active" in named):
        _check(webhook.url, webhook.types)
    if named:
        webhook.save(update_fields=named)
        audit.record("core.webhook.changed", webhook, by=by, at=at, fields=sorted(named))


@transaction.atomic
def renew_secret(webhook: Webhook, *, by: Actor, at: datetime) -> str:
    """Sign with another secret from now on, and return it."""
    webhook.salt = secrets.token_urlsafe(32)
    webhook.save(update_fields=["salt"])
    audit.record("core.webhook.secret_renewed", webhook, by=by, at=at)
    return secret_of(webhook)


@transaction.atomic
def remove_webhook(webhook: Webhook, *, by: Actor, at: datetime) -> None:
    """Forget a receiver with its deliveries."""
    audit.record("core.webhook.removed", webhook, by=by, at=at)
    webhook.delete()


@transaction.atomic
def send_test(webhook: Webhook, *, by: Actor, at: datetime) -> Delivery:
    """Send a harmless event to one receiver, switched on or not.

    :raises BadAddress: its host is not on the list any more.
    """
    _check(webhook.url, webhook.types)
    told = Tested(webhook=webhook.public_id)
    event = Event.objects.create(
        type=told.type, subject=told.subject, data=told.data, happened_at=at, handled_at=at
    )
    delivery = Delivery.objects.create(webhook=webhook, event=event, next_try_at=at)
    outbox.wake(outbox.DELIVER)
    audit.record("core.webhook.tested", webhook, by=by, at=at)
    return delivery


@transaction.atomic
def try_again(delivery: Delivery, *, by: Actor, at: datetime) -> None:
    """Put a delivery that was given up, or that waits, on its way now.

    :raises NotWaiting: it has arrived.
    """
    open_ones = Delivery.objects.exclude(state=Delivery.State.DELIVERED)
    changed = open_ones.filter(pk=delivery.pk).update(
        state=Delivery.State.WAITING, next_try_at=at, ended_at=None
    )
    if not changed:
        raise NotWaiting("The event has arrived already. There is nothing to try again.")
    outbox.wake(outbox.DELIVER)
    audit.record("core.delivery.tried_again", delivery, by=by, at=at)


def deliver_due(
    *, clock: Callable[[], datetime], post: Post = sending.post, until: float = 50.0
) -> int:
    """Try what is due, oldest first; a receiver that fails waits with all it is owed.

    Each attempt is a transaction that holds its delivery, so two workers never send the
    same one at the same time. A worker that dies after sending sends again: receivers
    compare the id.
    """
    began, done = clock(), 0
    failed: set[int] = set()
    while clock() - began < timedelta(seconds=until):
        with transaction.atomic():
            delivery = _due(failed, at=clock())
            if delivery is None:
                break
            outcome = _attempt(delivery, post, at=clock())
            if not outcome.arrived:
                failed.add(delivery.webhook_id)
        done += 1
    return done


def older(before: datetime) -> int:
    """How many deliveries ended before a moment."""
    return Delivery.objects.filter(ended_at__lt=before).count()


def drop(before: datetime) -> int:
    """Drop deliveries that ended before a moment, and events that nobody is owed any more."""
    over = Delivery.objects.filter(ended_at__lt=before).delete()[0]
    events = Event.objects.filter(happened_at__lt=before, handled_at__isnull=False)
    return over + events.filter(deliveries__isnull=True).delete()[0]


def secret_of(webhook: Webhook) -> str:
    """The secret that its events are signed with: worked out, so that no table holds it."""
    root = settings.HOME.secret("webhooks").encode()
    digest = hmac.new(root, webhook.salt.encode(), hashlib.sha256).digest()
    return "whsec_" + base64.b64encode(digest).decode()


def source() -> str:
    """The name of this installation in its events."""
    root = settings.HOME.secret("webhooks").encode()
    return "urn:regulars:" + hashlib.sha256(b"source:" + root).hexdigest()[:16]


def own_networks() -> list[rules.Network]:
    """Networks inside the house that may be told, by the word of whoever runs it."""
    return [ipaddress.ip_network(text) for text in settings.WEBHOOK_NETWORKS]


def _check(url: str, types: Collection[str]) -> None:
    rules.target(url, allowed=settings.WEBHOOK_HOSTS)
    unknown = sorted(set(types) - set(kinds()))
    if unknown or not types:
        raise UnknownKind(f"Choose among the events: {', '.join(kinds())}.")


def _due(failed: set[int], *, at: datetime) -> Delivery | None:
    waiting = Delivery.objects.select_for_update(skip_locked=True, of=("self",))
    due = waiting.filter(state=Delivery.State.WAITING, next_try_at__lte=at)
    due = due.exclude(webhook__in=failed).select_related("webhook", "event")
    return due.order_by("next_try_at", "pk").first()


def _attempt(delivery: Delivery, post: Post, *, at: datetime) -> Outcome:
    outcome = _outcome(delivery, post, at=at)
    delivery.attempts = [
        *delivery.attempts,
        {
            "at": at.isoformat(),
            "status": outcome.status,
            "ms": outcome.ms,
            "problem": outcome.problem,
        },
    ]
    again = rules.next_try(len(delivery.attempts), at)
    if outcome.arrived:
        delivery.state, delivery.next_try_at = Delivery.State.DELIVERED, None
    elif again is None or outcome.status == GONE or outcome.problem == "not_allowed":
        delivery.state, delivery.next_try_at = Delivery.State.DEAD, None
    else:
        delivery.next_try_at = again
    delivery.ended_at = None if delivery.state == Delivery.State.WAITING else at
    delivery.save()
    return outcome


def _outcome(delivery: Delivery, post: Post, *, at: datetime) -> Outcome:
    webhook, event = delivery.webhook, delivery.event
    try:
        target = rules.target(webhook.url, allowed=settings.WEBHOOK_HOSTS)
    except rules.BadAddress:
        return Outcome(None, 0, "not_allowed")
    told = rules.envelope(
        uid=str(event.uid),
        source=source(),
        kind=event.type,
        subject=event.subject,
        data=event.data,
        at=event.happened_at,
    )
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    return post(target, body, _headers(webhook, event, body, at), own=own_networks())


def _headers(webhook: Webhook, event: Event, body: bytes, at: datetime) -> dict[str, str]:
    uid, timestamp = str(event.uid), int(at.timestamp())
    signed = rules.signature(secret_of(webhook), uid=uid, timestamp=timestamp, body=body)
    return {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Regulars",
        "webhook-id": uid,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signed,
    }

"""The outbox: events are written with the change, and go out when it has happened."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

from regulars.server.core.events.declared import Happened, handlers
from regulars.server.core.models import Delivery, Event, Webhook

HANDLE, DELIVER = "core.handle_events", "core.deliver"


@transaction.atomic
def emit(happened: Happened | Iterable[Happened], *, at: datetime) -> int:
    """Write down what happened, in the caller's transaction; return how much somebody wants.

    What nobody listens to is not kept.
    """
    offered = [happened] if isinstance(happened, Happened) else list(happened)
    webhooks = _webhooks()
    outside = {kind for webhook in webhooks for kind in webhook.types}
    wanted = [one for one in offered if one.type in outside or handlers(one.type)]
    if not wanted:
        return 0
    events = Event.objects.bulk_create(_event(one, at) for one in wanted)
    deliver(events, webhooks, at=at)
    if any(event.handled_at is None for event in events):
        wake(HANDLE)
    return len(events)


def is_wanted(kind: type[Happened]) -> bool:
    """Whether anybody listens; for what is looked up only to be told."""
    return bool(handlers(kind.type)) or any(kind.type in each.types for each in _webhooks())


def deliver(events: Iterable[Event], webhooks: Iterable[Webhook], *, at: datetime) -> None:
    """Send events on their way to the webhooks that asked for them."""
    made = Delivery.objects.bulk_create(
        Delivery(webhook=webhook, event=event, next_try_at=at)
        for webhook in webhooks
        for event in events
        if event.type in webhook.types
    )
    if made:
        wake(DELIVER)


def handle(*, at: datetime, most: int = 500) -> int:
    """Tell the features that listen; an event whose handler fails is told again."""
    done = 0
    for _turn in range(most):
        with transaction.atomic():
            waiting = Event.objects.select_for_update(skip_locked=True)
            event = waiting.filter(handled_at__isnull=True).order_by("pk").first()
            if event is None:
                break
            for handler in handlers(event.type):
                handler(event.uid, event.data, event.happened_at)
            event.handled_at = at
            event.save(update_fields=["handled_at"])
        done += 1
    return done


def wake(task: str) -> None:
    """Queue a task in this transaction, once however often it is asked for."""
    queue = JobManager(DjangoConnector())
    try:
        with transaction.atomic():
            configure_task(name=task, job_manager=queue, queueing_lock=task).defer()
    except AlreadyEnqueued:
        return


def _webhooks() -> list[Webhook]:
    return list(Webhook.objects.filter(is_active=True)) if settings.WEBHOOK_HOSTS else []


def _event(happened: Happened, at: datetime) -> Event:
    return Event(
        type=happened.type,
        subject=happened.subject,
        data=happened.data,
        happened_at=at,
        handled_at=None if handlers(happened.type) else at,
    )

"""What the worker does for other systems: deliver events, and forget what is over."""

from __future__ import annotations

from django.utils import timezone
from procrastinate.contrib.django import app

from regulars.server.core import scope
from regulars.server.core.events import actions as events
from regulars.server.core.keys import actions as keys
from regulars.server.core.webhooks import actions as webhooks


@app.task(name=events.DELIVER, queueing_lock=events.DELIVER)
def deliver() -> None:
    webhooks.deliver_due(clock=timezone.now)


@app.periodic(cron="* * * * *")
@app.task(name="core.deliver_due", queueing_lock="core.deliver_due")
def deliver_due(timestamp: int) -> None:
    webhooks.deliver_due(clock=timezone.now)
    _handle()


@app.task(name=events.HANDLE, queueing_lock=events.HANDLE)
def handle_events() -> None:
    _handle()


def _handle() -> None:
    """Handlers act for the system, as the features' own jobs do."""
    with scope.everything():
        events.handle(at=timezone.now())


@app.periodic(cron="17 * * * *")
@app.task(name="core.forget", queueing_lock="core.forget")
def forget(timestamp: int) -> None:
    keys.forget_uses(at=timezone.now())

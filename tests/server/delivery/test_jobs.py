"""The worker sends by itself: a mailing that is complete wakes its line."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from tests.server.delivery.conftest import Office, states

from regulars.server.delivery import jobs

pytestmark = pytest.mark.django_db(transaction=True)


def work() -> None:
    """What the worker's half for messages does, until its queue is empty."""
    with app.replace_connector(app.connector.get_worker_connector()) as ours:  # type: ignore[attr-defined]
        ours.run_worker(queues=["sending"], wait=False, install_signal_handlers=False)


def asked_for() -> list[str]:
    waiting = ProcrastinateJob.objects.filter(queue_name="sending", status="todo")
    return list(waiting.values_list("task_name", flat=True))


def test_a_mailing_that_is_complete_is_sent_without_anybody_asking(office: Office) -> None:
    now = timezone.now()
    times = {"not_before": now - timedelta(hours=1), "valid_until": now + timedelta(days=1)}
    mailing = office.mailing(
        to=office.people(3), purpose="service", urgent=True, **times, at=now
    )

    assert asked_for() == ["delivery.send"]
    work()

    assert states(mailing) == {"sent": 3}
    assert asked_for() == [], "nothing is left to do"


def test_each_minute_what_became_due_finds_its_sender_once(office: Office) -> None:
    now = timezone.now()
    times = {"not_before": now - timedelta(hours=1), "valid_until": now + timedelta(days=1)}
    office.mailing(to=office.people(1), purpose="service", urgent=True, **times, at=now)
    ProcrastinateJob.objects.filter(queue_name="sending").delete()

    jobs.look(0)
    jobs.look(0)

    assert asked_for() == ["delivery.send"]
    work()
    jobs.look(0)
    assert asked_for() == []

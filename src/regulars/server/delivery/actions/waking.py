"""Telling the worker that a line has something to send."""

from __future__ import annotations

from django.db import transaction
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.manager import JobManager
from procrastinate.tasks import configure_task

SEND, QUEUE = "delivery.send", "sending"


def wake(line: int) -> None:
    """Ask for a sender of a line; nothing where one is asked for already."""
    name = f"{SEND}:{line}"
    task = configure_task(
        name=SEND, job_manager=JobManager(DjangoConnector()), queue=QUEUE,
        queueing_lock=name, lock=name,
    )  # fmt: skip
    try:
        with transaction.atomic():
            task.defer(line=line)
    except AlreadyEnqueued:
        return

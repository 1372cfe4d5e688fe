"""The audit trail: who did what to which record, written inside the action's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models

from regulars.server.core.models import ApiKey, AuditEntry, Person


@dataclass(frozen=True)
class System:
    """A job or command acting by itself."""

    name: str

    def __str__(self) -> str:
        return self.name


Actor = Person | ApiKey | System
COMMAND_LINE = System("command-line")
NIGHTLY = System("nightly")
WORKER = System("worker")


def label(actor: Actor) -> str:
    if isinstance(actor, System):
        return f"system:{actor.name}"
    return f"{'key' if isinstance(actor, ApiKey) else 'person'}:{actor.pk}"


def record(
    action: str, subject: models.Model | str, *, by: Actor, at: datetime, **details: Any
) -> None:
    """Write one entry: ids, field names and reasons, never personal values."""
    named = subject if isinstance(subject, str) else f"{subject._meta.label}:{subject.pk}"
    AuditEntry.objects.create(
        action=action, subject=named, actor=label(by), happened_at=at, details=details
    )

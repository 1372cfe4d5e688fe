"""What happened, and what runs."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models.machines import ApiKey
from regulars.server.core.models.names import public_id
from regulars.server.core.models.people import Person


class AuditEntry(models.Model):
    """One fact that someone caused. Rows are added, never changed."""

    action = models.CharField(max_length=80)  # "tiers.scheme.activated"
    subject = models.CharField(max_length=80)  # "tiers.Scheme:17"
    actor = models.CharField(max_length=80)  # "person:3", "system:nightly"
    happened_at = models.DateTimeField()
    details = models.JSONField(default=dict)  # ids, field names, reasons; no personal values

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["-happened_at"])]


class Job(models.Model):
    """Long work that a person or the clock asked for, and how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # A nightly run happens once per local date, however often the clock asks.
    once_key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        ordering = ["-pk"]

    @property
    def is_over(self) -> bool:
        return self.state in {self.State.DONE, self.State.FAILED}

    @property
    def share(self) -> float | None:
        return self.done / self.total if self.total else None

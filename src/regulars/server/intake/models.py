from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Job, Person, public_id


class Import(models.Model):
    """One file that somebody brought: how it was read, what came of it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Waiting for a mapping")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked, not yet loaded")
        LOADING = "loading", _("Loading")
        DONE = "done", _("Loaded")
        FAILED = "failed", _("Failed")
        WITHDRAWN = "withdrawn", _("Taken out again")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=16)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reading = models.JSONField(default=dict)  # format, encoding, delimiter, header, dates
    mapping = models.JSONField(default=dict)  # field -> column
    options = models.JSONField(default=dict)  # unknown: stub | refuse
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)  # rows that were there already
    refused = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)  # reason -> count, warnings, totals
    message = models.TextField(blank=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    brought_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows__gte=0) & Q(refused__gte=0), name="import_counts_are_counts"
            )
        ]

from __future__ import annotations

from django.db import models
from django.db.models import Q


class FactFile(models.Model):
    """One Parquet file of facts. This row decides whether the file lives."""

    class Kind(models.TextChoices):
        TRANSACTIONS = "transactions"
        BALANCES = "balances"
        HOLDINGS = "holdings"
        EVENTS = "events"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    path = models.CharField(max_length=200, unique=True)  # below the home's facts folder
    rows = models.BigIntegerField()
    size = models.BigIntegerField()  # bytes
    first_day = models.DateField(null=True)
    last_day = models.DateField(null=True)
    schema_version = models.PositiveSmallIntegerField(default=1)
    source = models.CharField(max_length=80, blank=True)  # "import:abc", "demo", "compaction"
    added_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)  # kept seven days more, then swept

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["kind"], condition=Q(replaced_at__isnull=True), name="living_fact_files"
            )
        ]

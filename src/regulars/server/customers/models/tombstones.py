"""Who was erased: enough to know them again when a file brings them, and nothing else."""

from __future__ import annotations

from django.db import models


class Tombstone(models.Model):
    """A keyed hash of what an erased customer was known by.

    It does not say whose it is: from a number nothing leads to what is left of the file.
    """

    class Of(models.TextChoices):
        NUMBER = "number"
        ID = "id"

    of = models.CharField(max_length=6, choices=Of.choices)
    key = models.CharField(max_length=64)
    buried_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "key"], name="one_stone_a_key")]

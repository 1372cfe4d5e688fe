"""Files that belong to a case: letters, receipts, pictures; also of somebody not on file."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regulars.server.complaints.models.cases import Case
from regulars.server.core.models import Person, public_id


class Paper(models.Model):
    """One file of a case; its bytes lie where those of customers' documents do."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="papers")
    name = models.CharField(max_length=120)  # as it was called where it came from
    ending = models.CharField(max_length=8)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    stored_as = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-added_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="a_paper_is_not_empty"),
        ]

    def __str__(self) -> str:
        return self.name

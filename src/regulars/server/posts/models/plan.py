"""For whom something is written, and at what time of day it goes out."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from regulars.server.core.models import Person, local_name, public_id
from regulars.server.segments.models import Segment

M = TypeVar("M", bound=models.Model)


class InUse(models.QuerySet[M]):
    """Rows that are put away, never thrown away."""

    def in_use(self) -> Self:
        return self.filter(put_away_at__isnull=True)


class Persona(models.Model):
    """A group of customers with a voice; of several that fit, the lowest `order` has them."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    voice = models.CharField(max_length=200, blank=True)  # how one speaks to them
    order = models.PositiveSmallIntegerField(default=1)
    segment = models.ForeignKey(Segment, models.PROTECT, related_name="+")
    # Why its segment could not be asked the last time; those of before stay.
    trouble = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    put_away_at = models.DateTimeField(null=True)

    objects = InUse.as_manager()

    class Meta:
        ordering = ["order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["name"],
                condition=Q(put_away_at__isnull=True),
                name="a_persona_has_its_own_name",
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_persona_has_a_name"),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Slot(models.Model):
    """A time of the company's working days at which something goes out."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    at = models.TimeField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    put_away_at = models.DateTimeField(null=True)

    objects = InUse.as_manager()

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["at"],
                condition=Q(put_away_at__isnull=True),
                name="a_slot_has_its_own_time",
            )
        ]

    def __str__(self) -> str:
        return f"{self.at:%H:%M}"

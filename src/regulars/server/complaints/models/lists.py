"""The company's own lists: what is complained of, and why it came about."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import public_id
from regulars.server.core.models.names import local_name


class Entry(models.Model):
    """A line of one of the company's lists: what is complained of, and why it came about."""

    class List(models.TextChoices):
        TYPE = "type", _("What the complaint is about")
        CAUSE = "cause", _("What it came from")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    list = models.CharField(max_length=5, choices=List.choices)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    # Of a type: about the service of whoever leads the customer's book; complex as a rule.
    about_service = models.BooleanField(default=False)
    is_complex = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["list", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="one_entry_of_a_list")
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

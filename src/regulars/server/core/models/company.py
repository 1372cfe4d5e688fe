"""The company, its tree and its calendar."""

from __future__ import annotations

from datetime import time

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models.names import local_name


class Company(models.Model):
    """The one company of this installation and its settings."""

    class Kind(models.TextChoices):
        BANK = "bank", _("Bank")
        RETAIL = "retail", _("Retail")

    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RETAIL)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    currency = models.CharField(max_length=3, default="CNY")
    nightly_at = models.TimeField(default=time(5, 0))
    is_demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_company_per_installation")
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class OrgUnit(models.Model):
    """A place in the company's tree: head office, region, branch, store."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", _("Head office")
        REGION = "region", _("Region")
        BRANCH = "branch", _("Branch")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.BRANCH)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # "/1/4/17/": a unit's subtree is one prefix.
    path = models.CharField(max_length=400, db_index=True, default="/")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class CalendarDay(models.Model):
    """A day that is worked or not against the weekly rule (调休, public holidays)."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["day"]

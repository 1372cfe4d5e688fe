"""Privileges: what a tier gives, how often, and each use."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, local_name, public_id
from regulars.server.customers.models import Customer


class Privilege(models.Model):
    """One version of one privilege. Its terms stay; the next version changes them."""

    class Kind(models.TextChoices):
        NO_QUEUE = "no_queue", pgettext_lazy("privilege", "No queue")
        FEE_WAIVER = "fee_waiver", pgettext_lazy("privilege", "Fee waived")
        HOME_SERVICE = "home_service", pgettext_lazy("privilege", "Service at home")
        INVITATION = "invitation", pgettext_lazy("privilege", "Invitation")
        COURSE = "course", pgettext_lazy("privilege", "Course")
        VIP_ROOM = "vip_room", pgettext_lazy("privilege", "VIP room")
        ONE_DECISION = "one_decision", pgettext_lazy("privilege", "One credit decision")
        FUND_QUOTA = "fund_quota", pgettext_lazy("privilege", "Reserved quota of products")
        OTHER = "other", pgettext_lazy("privilege", "Other")

    class Period(models.TextChoices):
        MONTH = "month", pgettext_lazy("period", "Month")
        QUARTER = "quarter", pgettext_lazy("period", "Quarter")
        YEAR = "year", pgettext_lazy("period", "Year")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.CharField(max_length=40)  # its versions share it
    version = models.PositiveIntegerField(default=1)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    terms = models.CharField(max_length=400, blank=True)
    period = models.CharField(max_length=7, choices=Period.choices)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2)
    # {"5": null, "4": 6}: levels of tiers that have it, how often in a period; null: no limit.
    quotas = models.JSONField(default=dict)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)  # the first day on which it no longer holds
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="a_privilege_once"),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="a_privilege_costs_us"),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_privilege_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class UseQuerySet(models.QuerySet["Use"]):
    def visible_to(self, viewer: Person) -> UseQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> UseQuerySet:
        return self.filter(undone_at__isnull=True)


class Use(models.Model):
    """A customer used a privilege. The database counts them against the quota."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    privilege = models.ForeignKey(Privilege, models.PROTECT, related_name="uses")
    code = models.CharField(max_length=40)  # of the privilege, whichever version
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()  # of the tier that gave it
    period_start = models.DateField()
    period_stop = models.DateField()
    quota = models.PositiveSmallIntegerField(null=True)  # as it was then; None: no limit
    key = models.CharField(max_length=120, unique=True)
    used_on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    place = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    cost = models.DecimalField(max_digits=12, decimal_places=2)
    note = models.CharField(max_length=200, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = UseQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(used_on__gte=F("period_start"), used_on__lt=F("period_stop")),
                name="a_use_lies_in_its_period",
            ),
            models.CheckConstraint(
                condition=Q(quota__isnull=True) | Q(quota__gte=1),
                name="a_quota_is_once_or_more",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "code", "period_start"],
                condition=Q(undone_at__isnull=True),
                name="uses_that_count",
            ),
            models.Index(fields=["used_on"], name="uses_by_day"),
        ]

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.scoring.models import Run


class Scheme(models.Model):
    """A way to sort customers into tiers: one for persons, one for organisations, ..."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80)
    customer_kind = models.CharField(
        max_length=12, choices=[("", _("Everybody")), *Customer.Kind.choices], blank=True
    )
    # The scheme whose tier stands beside a customer's name; one per kind of customer.
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class SchemeVersions(models.QuerySet["SchemeVersion"]):
    """Versions of schemes."""

    def leading(self) -> SchemeVersions:
        """Those in force of the schemes whose tiers stand beside customers' names."""
        return self.filter(
            state=SchemeVersion.State.ACTIVE, scheme__is_primary=True
        ).select_related("scheme")


class SchemeVersion(models.Model):
    """The cuts of a scheme at a time. A version that was used is never changed."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ACTIVE = "active", _("In force")
        RETIRED = "retired", _("Replaced")

    class Mode(models.TextChoices):
        AMOUNT = "amount", _("From an amount")
        VALUE_SHARE = "value_share", _("By share of the value")  # ABC
        CUSTOMER_SHARE = "customer_share", _("By share of the customers")

    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    measure = models.CharField(max_length=40)  # a column of the run: "adb_month", "net_spend"
    mode = models.CharField(max_length=16, choices=Mode.choices, default=Mode.AMOUNT)
    # Best first, the last one takes everybody left:
    # [{"code", "name", "name_en", "level" 5..1, "cut": "500000" (an amount, or a share 0-1),
    #   "contribution_below": "0" or absent, "lead": role}]
    tiers = models.JSONField(default=list)
    created_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    activated_at = models.DateTimeField(null=True)

    objects = SchemeVersions.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["scheme", "number"], name="a_scheme_numbers_versions"
            ),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(state="active"), name="one_active_version"
            ),
            models.UniqueConstraint(
                fields=["scheme"], condition=Q(state="draft"), name="one_draft_per_scheme"
            ),
        ]


class TierRun(models.Model):
    """Everybody's tier after one scoring run, under the versions in force then."""

    run = models.ForeignKey(Run, models.CASCADE, related_name="tier_runs")
    as_of = models.DateField()
    is_current = models.BooleanField(default=False)
    versions = models.JSONField(default=dict)  # scheme code -> version number
    counts = models.JSONField(default=dict)  # scheme code -> tier code -> customers
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-as_of", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_current_tier_run"
            )
        ]


class Assignments(models.QuerySet["Assignment"]):
    """Tiers of customers, of every run that is kept."""

    def standing(self) -> Assignments:
        """The tiers beside customers' names now: one row for each customer who has one."""
        return self.filter(tier_run__is_current=True, scheme__is_primary=True)


class Assignment(models.Model):
    """A customer's tier in one tier run. Partitioned by run, filled by COPY."""

    pk = models.CompositePrimaryKey("tier_run_id", "customer_id", "scheme_id")
    tier_run = models.ForeignKey(TierRun, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="assignments", db_index=False
    )
    scheme = models.ForeignKey(Scheme, models.CASCADE, related_name="+", db_index=False)
    tier = models.CharField(max_length=24)
    level = models.PositiveSmallIntegerField()
    measure = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    # The measure that the next better tier asks for, to show how near it is.
    next_at = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    value = models.DecimalField(max_digits=18, decimal_places=2)  # copied for the list's sort

    objects = Assignments.as_manager()

    class Meta:
        managed = False
        db_table = "tiers_assignment"

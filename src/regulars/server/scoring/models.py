from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class Run(models.Model):
    """One scoring of everybody, as of a date. Versions of it lie side by side."""

    class State(models.TextChoices):
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    as_of = models.DateField()
    known_to = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.RUNNING)
    is_published = models.BooleanField(default=False)  # its scores lie in PostgreSQL
    is_current = models.BooleanField(default=False)
    customers = models.BigIntegerField(default=0)
    result = models.JSONField(default=dict)  # what `regulars score --json` prints
    message = models.TextField(blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    started_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["is_current"], condition=Q(is_current=True), name="one_current_run"
            )
        ]


class Score(models.Model):
    """A customer's published scores in one run. A table partitioned by run; rows come by
    COPY through `regulars_version_*` functions and are never changed."""

    pk = models.CompositePrimaryKey("run_id", "customer_id")
    run = models.ForeignKey(Run, models.CASCADE, related_name="+", db_index=False)
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="scores", db_index=False
    )
    value = models.DecimalField(max_digits=18, decimal_places=2)
    stake = models.DecimalField(max_digits=18, decimal_places=2)
    clv = models.DecimalField(max_digits=18, decimal_places=2, null=True)  # 36 months
    contribution = models.DecimalField(max_digits=18, decimal_places=2, null=True)
    p_alive = models.FloatField(null=True)
    stage = models.CharField(max_length=12)
    rfm = models.CharField(max_length=3, blank=True)
    rfm_type = models.CharField(max_length=20, blank=True)

    class Meta:
        managed = False
        db_table = "scoring_score"


class DeclinedQuerySet(models.QuerySet["Declined"]):
    def visible_to(self, viewer: Person) -> DeclinedQuerySet:
        """Keep the refusals of customers in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Declined(models.Model):
    """A product that a customer does not want now: it is not suggested again before `until`."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="declined")
    product_code = models.CharField(max_length=60)
    declined_on = models.DateField()
    until = models.DateField()  # the first day on which it may be suggested again
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)

    objects = DeclinedQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "until"], name="declined_by_a_customer")]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "product_code"],
                condition=Q(withdrawn_at__isnull=True),
                name="declined_once",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=models.F("declined_on")), name="declined_for_a_while"
            ),
        ]

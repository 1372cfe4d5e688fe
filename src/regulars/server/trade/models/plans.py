"""What two organisations that are partners mean to do together."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.customers.models.ties import RandomId


class JointPlanQuerySet(models.QuerySet["JointPlan"]):
    def visible_to(self, viewer: Person) -> JointPlanQuerySet:
        """Keep the plans of which the viewer may see both organisations."""
        if viewer.scope.everything:
            return self
        books = viewer.scope.books
        return self.filter(customer__book__in=books, partner__book__in=books)

    def standing(self) -> JointPlanQuerySet:
        return self.filter(closed_at__isnull=True)


class JointPlan(models.Model):
    """A plan with two partner organisations: the aim, who leads it, the next dated step."""

    public_id = models.CharField(
        max_length=12, unique=True, db_default=RandomId(), editable=False
    )
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="joint_plans")
    partner = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    aim = models.CharField(max_length=500)
    next_step = models.CharField(max_length=200)
    next_on = models.DateField()
    # Nobody named means who looks after the organisation then.
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=300, blank=True, db_default="")

    objects = JointPlanQuerySet.as_manager()

    class Meta:
        ordering = ["next_on", "pk"]
        indexes = [
            models.Index(
                fields=["next_on"], condition=Q(closed_at__isnull=True), name="plans_that_wait"
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(aim=""), name="a_plan_has_an_aim"),
            models.CheckConstraint(condition=~Q(next_step=""), name="a_plan_has_a_next_step"),
            models.CheckConstraint(
                condition=~Q(customer=F("partner")), name="a_plan_is_of_two_organisations"
            ),
            models.CheckConstraint(
                condition=Q(closed_at__isnull=False) | Q(result=""),
                name="a_result_closes_a_plan",
            ),
        ]

    def __str__(self) -> str:
        return self.aim

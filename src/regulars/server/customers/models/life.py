"""What happens in a customer's life, and what we mean to do about it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models.customer import Customer


class LifeEventQuerySet(models.QuerySet["LifeEvent"]):
    def visible_to(self, viewer: Person) -> LifeEventQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def waiting(self) -> LifeEventQuerySet:
        """Those whose next action is not done yet."""
        return self.filter(due_on__isnull=False, done_at__isnull=True)


class LifeEvent(models.Model):
    """A day that changes what a customer needs, told or inferred, with a dated next action."""

    class Kind(models.TextChoices):
        WEDDING = "wedding", _("Wedding")
        CHILD = "child", _("A child is born")
        HOME = "home", _("A new home")
        STUDY = "study", _("School or studies begin")
        NEW_JOB = "new_job", _("A new job")
        RETIREMENT = "retirement", _("Retirement")
        ILLNESS = "illness", _("Illness")
        BEREAVEMENT = "bereavement", _("A death in the family")
        ANNIVERSARY = "anniversary", _("Anniversary of the company")
        EXPANSION = "expansion", _("The company grows or moves")
        OTHER = "other", _("Something else")

    class Origin(models.TextChoices):
        RECORDED = "recorded", _("Told to us")
        INFERRED = "inferred", _("Inferred")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="life_events")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    happens_on = models.DateField()
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.RECORDED)
    evidence = models.CharField(max_length=60, blank=True)  # from what: "birth_date:60"
    note = models.CharField(max_length=300, blank=True)
    action = models.CharField(max_length=200, blank=True)
    # What the customer is to be told then; {name} is how one speaks to him or her.
    words = models.CharField(max_length=500, blank=True, db_default="")
    due_on = models.DateField(null=True, blank=True)
    product_code = models.CharField(max_length=60, blank=True)
    # Who does it; nobody named means who looks after the customer then.
    owner = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    done_at = models.DateTimeField(null=True, blank=True)
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    noted_at = models.DateTimeField()

    objects = LifeEventQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(
                fields=["due_on"],
                condition=Q(due_on__isnull=False, done_at__isnull=True),
                name="life_actions_that_wait",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(action="", due_on__isnull=True, product_code="")
                | (~Q(action="") & Q(due_on__isnull=False)),
                name="a_life_action_has_a_day",
            ),
            models.CheckConstraint(
                condition=Q(origin="recorded") | ~Q(evidence=""),
                name="what_is_inferred_says_from_what",
            ),
        ]

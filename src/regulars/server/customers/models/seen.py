"""What other sources say of a field, beside the value that stands."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.customers.models.customer import Customer


class SeenValueQuerySet(models.QuerySet["SeenValue"]):
    def visible_to(self, viewer: Person) -> SeenValueQuerySet:
        """Keep what belongs to customers in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class SeenValue(models.Model):
    """A value that lost against another source: the newest word of one rank."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="seen_values")
    field = models.CharField(max_length=40)
    rank = models.PositiveSmallIntegerField()
    value = models.TextField()
    source = models.CharField(max_length=120)
    told = models.CharField(max_length=19)  # as provenance keeps it

    objects = SeenValueQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "field", "rank"], name="one_seen_value_of_a_rank"
            ),
            models.CheckConstraint(condition=~Q(value=""), name="a_seen_value_says_something"),
        ]

"""Whom somebody told that points end."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer


class NoticeQuerySet(models.QuerySet["Notice"]):
    def visible_to(self, viewer: Person) -> NoticeQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Notice(models.Model):
    """A customer was told that so many points end on a day; so nobody tells it twice."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    ends_on = models.DateField()  # the last day of the points
    points = models.BigIntegerField()
    way = models.CharField(max_length=12, blank=True)  # the channel of the contact, if any
    told_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    told_at = models.DateTimeField()

    objects = NoticeQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1), name="a_notice_is_of_points")
        ]

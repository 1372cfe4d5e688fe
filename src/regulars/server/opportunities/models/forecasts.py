"""What was expected of a month when it began, so that it can be held against what came."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from regulars.server.core.models import Book, Person


class ForecastMarkQuerySet(models.QuerySet["ForecastMark"]):
    def visible_to(self, viewer: Person) -> ForecastMarkQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(book__in=viewer.scope.books)


class ForecastMark(models.Model):
    """The forecast of one book for one month, as it stood on a day. Never changed."""

    book = models.ForeignKey(Book, models.CASCADE, related_name="+")
    month = models.DateField()  # its first day
    made_on = models.DateField()
    open = models.PositiveIntegerField()
    amount = models.DecimalField(max_digits=18, decimal_places=2)
    expected = models.DecimalField(max_digits=18, decimal_places=2)
    wins = models.DecimalField(max_digits=12, decimal_places=3)  # the sum of the chances

    objects = ForecastMarkQuerySet.as_manager()

    class Meta:
        ordering = ["month", "book"]
        constraints = [
            models.UniqueConstraint(fields=["book", "month"], name="one_forecast_a_month"),
            models.CheckConstraint(
                condition=Q(amount__gte=0, expected__gte=0, wins__gte=0),
                name="a_forecast_is_not_negative",
            ),
        ]

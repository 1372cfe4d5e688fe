"""What is counted once a night, because a page cannot count a million files."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from regulars.server.core.models import Book, Person


class FileFiguresQuerySet(models.QuerySet["FileFigures"]):
    def visible_to(self, viewer: Person) -> FileFiguresQuerySet:
        """Keep the books in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(book__in=viewer.scope.books)


class FileFigures(models.Model):
    """How complete and fresh the files of one book and tier level were on a day."""

    day = models.DateField()
    measured_at = models.DateTimeField()
    book = models.ForeignKey(Book, models.CASCADE, related_name="+", db_index=False)
    level = models.PositiveSmallIntegerField()  # 5 the best tier, 0 none
    customers = models.IntegerField()
    shares = models.BigIntegerField()  # sum of per cents, so that means add up
    tenths = ArrayField(models.IntegerField(), size=11)  # files of 0-9 %, ..., 90-99 %, 100 %
    stale = models.IntegerField()  # never confirmed or too long ago
    never = models.IntegerField()  # of these: never confirmed

    objects = FileFiguresQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["day", "book", "level"], name="file_figures_once_a_day"
            ),
            models.CheckConstraint(
                condition=Q(stale__lte=models.F("customers"), never__lte=models.F("stale")),
                name="file_figures_add_up",
            ),
        ]

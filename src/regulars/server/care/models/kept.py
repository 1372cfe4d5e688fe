"""Sums that were counted before somebody asks: over many books a page cannot count."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models

from regulars.server.core.models import Book, Person


class Counting(models.Model):
    """One count of everything kept: its figures stand as of a moment of a day."""

    day = models.DateField()
    at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    entry = models.BigIntegerField(default=0)  # the newest of the audit trail that it knows of

    class Meta:
        ordering = ["-pk"]


class TallyQuerySet(models.QuerySet["Tally"]):
    def visible_to(self, viewer: Person) -> TallyQuerySet:
        """Keep what lies in books that are all the viewer's to see."""
        if viewer.scope.everything:
            return self
        books = viewer.scope.books
        return self.filter(book__in=books, home__in=books)


class Tally(models.Model):
    """What a statement sums up to for one book, along one value of one axis.

    A customer who changed hands has work in one book and lives in another: sums are kept for
    the pair, so that they add up to what a viewer of either may see.
    """

    counting = models.ForeignKey(
        Counting, models.CASCADE, related_name="tallies", db_index=False
    )
    shape = models.CharField(max_length=12)
    period = models.CharField(max_length=8, blank=True)
    book = models.ForeignKey(Book, models.CASCADE, related_name="+", db_index=False)
    home = models.ForeignKey(Book, models.CASCADE, related_name="+", db_index=False)
    axis = models.CharField(max_length=12, blank=True)  # "" for all rows of the book
    value = models.TextField(blank=True)
    figures = ArrayField(models.DecimalField(max_digits=24, decimal_places=2))

    objects = TallyQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["counting", "shape", "period"], name="tallies_of_a_shape")
        ]

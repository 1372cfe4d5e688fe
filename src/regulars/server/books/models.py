"""Hand-overs of books: from whom, to whom, and what came along."""

from __future__ import annotations

from django.db import models

from regulars.server.core.models import Book, Person, public_id


class HandoverQuerySet(models.QuerySet["Handover"]):
    def visible_to(self, viewer: Person) -> HandoverQuerySet:
        """Keep the hand-overs of books in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(book__in=viewer.scope.books)


class Handover(models.Model):
    """One book that went to others when somebody left or changed their work."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    book = models.ForeignKey(Book, models.PROTECT, related_name="handovers")
    leaver = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)  # what the next one must know of the book
    greets = models.BooleanField(default=False)  # successors introduce themselves
    message = models.CharField(max_length=500, blank=True, db_default="")  # in these words
    # Who took over how many, and what waited: [{"person": 3, "book": 7, "customers": 120}].
    shares = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = HandoverQuerySet.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]

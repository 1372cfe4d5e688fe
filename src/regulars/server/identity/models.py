"""Pairs that may be one customer, and merges that were made. Walled by both customers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class PairQuerySet(models.QuerySet["Pair"]):
    def visible_to(self, viewer: Person) -> PairQuerySet:
        """Keep the pairs of which the viewer sees both."""
        if viewer.scope.everything:
            return self
        books = viewer.scope.books
        return self.filter(first__book__in=books, second__book__in=books)

    def standing(self) -> PairQuerySet:
        """Leave out pairs of which one went into a file meanwhile: that one is compared."""
        gone = (Customer.State.MERGED, Customer.State.ERASED)
        return self.exclude(first__state__in=gone).exclude(second__state__in=gone)


class Pair(models.Model):
    """Two files that look like one customer, and what was decided of them."""

    class State(models.TextChoices):
        OPEN = "open", _("To be looked at")
        MERGED = "merged", _("Merged")
        APART = "apart", _("Two customers")
        GONE = "gone", _("No longer alike")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    first = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    second = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    likeness = models.FloatField()  # probability that they are one, 0-1
    # What speaks for and against it: [{"about": "phone", "verdict": "same", "weight": 6.2}].
    evidence = models.JSONField(default=list)
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    found_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)

    objects = PairQuerySet.as_manager()

    class Meta:
        ordering = ["-likeness", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="a_pair_is_one"),
            models.CheckConstraint(
                condition=Q(first__lt=F("second")), name="a_pair_is_in_order"
            ),
            models.CheckConstraint(
                condition=Q(likeness__gte=0) & Q(likeness__lte=1),
                name="likeness_is_a_probability",
            ),
        ]
        indexes = [
            models.Index(
                fields=["-likeness", "id"],
                condition=Q(state="open"),
                name="open_pairs_by_likeness",
            )
        ]


class MergeQuerySet(models.QuerySet["Merge"]):
    def visible_to(self, viewer: Person) -> MergeQuerySet:
        """Keep the merges of customers both of whom the viewer sees."""
        if viewer.scope.everything:
            return self
        books = viewer.scope.books
        return self.filter(survivor__book__in=books, loser__book__in=books)


class Merge(models.Model):
    """One file that went into another, with all that is needed to take it out again."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    survivor = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    loser = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    pair = models.ForeignKey(Pair, models.SET_NULL, null=True, related_name="merges")
    story = models.JSONField(default=dict)  # rows that moved, by `core.custody`
    before = models.JSONField(default=dict)  # values of both files before
    after = models.JSONField(default=dict)  # values that the merge gave the survivor
    merged_at = models.DateTimeField()
    merged_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kept_by_hand = models.JSONField(default=list)  # fields an undo left as they were by then

    objects = MergeQuerySet.as_manager()

    class Meta:
        ordering = ["-merged_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["loser"],
                condition=Q(undone_at__isnull=True),
                name="nobody_is_merged_twice",
            ),
            models.CheckConstraint(
                condition=~Q(survivor=F("loser")), name="nobody_is_merged_into_themselves"
            ),
        ]
        indexes = [models.Index(fields=["survivor", "-merged_at"], name="merges_of_a_customer")]

"""What managers post under their own name, and how they look there."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person
from regulars.server.core.rules import Reach, reach
from regulars.server.posts.models.items import Item


class MarkQuerySet(models.QuerySet["Mark"]):
    def visible_to(self, viewer: Person) -> MarkQuerySet:
        """Keep the own ones; who leads a place sees those of its people."""
        if viewer.scope.everything:
            return self
        if reach(viewer.role) is Reach.BRANCH:
            return self.filter(place__path__startswith=viewer.org_unit.path)
        return self.filter(person=viewer)


class Mark(models.Model):
    """Whether one manager posted an item. It is laid when the item's time has come."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("pack", "Nothing said")
        POSTED = "posted", pgettext_lazy("pack", "Posted")
        NOT_POSTED = "not_posted", pgettext_lazy("pack", "Not posted")

    item = models.ForeignKey(Item, models.CASCADE, related_name="marks")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    place = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    customers = models.PositiveIntegerField()  # of the persona, in this manager's books
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    reason = models.CharField(max_length=200, blank=True)
    told_at = models.DateTimeField(null=True)

    objects = MarkQuerySet.as_manager()

    class Meta:
        ordering = ["item", "place__code", "person__username"]
        constraints = [
            models.UniqueConstraint(
                fields=["item", "person"], name="one_mark_of_a_manager_and_item"
            ),
            models.CheckConstraint(
                condition=Q(state="open", told_at__isnull=True)
                | Q(state="posted", told_at__isnull=False)
                | Q(state="not_posted", told_at__isnull=False) & ~Q(reason=""),
                name="not_posted_says_why",
            ),
        ]


class Face(models.Model):
    """How a manager looks beside what they post: picture, telephone, a line of their own."""

    person = models.OneToOneField(Person, models.PROTECT, related_name="+")
    phone = models.CharField(max_length=30, blank=True)
    line = models.CharField(max_length=80, blank=True)
    line_en = models.CharField(max_length=160, blank=True)
    ending = models.CharField(max_length=4, blank=True)
    content = models.BinaryField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

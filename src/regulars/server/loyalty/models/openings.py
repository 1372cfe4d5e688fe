"""How an existing programme came: a file of members and of what they had."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy

from regulars.server.core.models import Person, public_id


class Opening(models.Model):
    """One file, from the look at it until it is taken in, or out again.

    It names no customer: what is refused is told by its line, and the file itself goes as soon
    as it is taken in.
    """

    class State(models.TextChoices):
        CHECKED = "checked", pgettext_lazy("opening", "Waits to be taken in")
        TAKING = "taking", _("Being taken in")
        TAKEN = "taken", pgettext_lazy("opening", "Taken in")
        UNDOING = "undoing", _("Being taken out")
        UNDONE = "undone", _("Taken out again")
        DROPPED = "dropped", _("Forgotten")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    file_name = models.CharField(max_length=120)
    as_of = models.DateField()  # balances at the end of this day; what came later earns here
    state = models.CharField(max_length=8, choices=State.choices, default=State.CHECKED)
    rows = models.PositiveIntegerField(default=0)
    members = models.PositiveIntegerField(default=0)  # who join by it
    lots = models.PositiveIntegerField(default=0)
    points = models.BigIntegerField(default=0)
    tier = models.BigIntegerField(default=0)
    endless = models.BigIntegerField(default=0)  # of the points: without a last day
    known = models.PositiveIntegerField(default=0)  # rows that another file brought before
    refused = models.PositiveIntegerField(default=0)
    faults = models.JSONField(default=list)  # the first: line, column, code, value
    message = models.CharField(max_length=300, blank=True)  # why it could not be done
    brought_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    brought_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    undone_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(points__gte=0, tier__gte=0, endless__gte=0)
                & Q(endless__lte=F("points")),
                name="an_opening_brings_points",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("checked", "dropped", "taking"), taken_at__isnull=True)
                | Q(state__in=("taken", "undoing", "undone"), taken_at__isnull=False),
                name="what_is_taken_in_says_when",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name

    @property
    def words(self) -> str:
        """Its state, as its page says it: what has nothing good in it waits for nobody."""
        if self.state == self.State.CHECKED and not (self.lots or self.members):
            return pgettext("opening", "Nothing to take in")
        return self.get_state_display()

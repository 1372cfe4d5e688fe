"""What follows an answer: a loop that somebody closes, its cause, and what was done."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.complaints.models import Entry
from regulars.server.core.models import Person, local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.voice.models.answers import Answer, OfCustomers


class Cause(models.Model):
    """Why customers are unhappy, as the company tells causes apart."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=60, unique=True)
    name_en = models.CharField(max_length=60, blank=True)
    is_active = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-is_active", "pk"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Loop(models.Model):
    """A low or a high score, and what somebody did about it."""

    class Kind(models.TextChoices):
        DETRACTOR = "detractor", _("Low score")
        PROMOTER = "promoter", _("Would recommend us")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("loop", "Open")
        TALKED = "talked", pgettext_lazy("loop", "Spoken with")
        DONE = "done", pgettext_lazy("loop", "Closed")

    class Thanks(models.TextChoices):
        THANKED = "thanked", _("Thanked")
        WILL = "will", _("Will recommend somebody")
        RATHER_NOT = "rather_not", _("Would rather not")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    answer = models.OneToOneField(Answer, models.CASCADE, related_name="loop")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=9, choices=Kind.choices)
    # The kind of question that opened it; of a difference its scale: ten, seven, compared.
    scale = models.CharField(max_length=11)
    score = models.SmallIntegerField()
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    opened_at = models.DateTimeField()
    due_on = models.DateField()
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, related_name="loops")
    found = models.CharField(max_length=500, blank=True)  # what the customer said it was
    action = models.CharField(max_length=500, blank=True)  # what was done for this customer
    thanks = models.CharField(max_length=10, choices=Thanks.choices, blank=True)
    talked_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    @property
    def is_gap(self) -> bool:
        """Whether the score is how far below what was expected."""
        return self.scale in ("ten", "seven", "compared")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="done", kind="detractor")
                | Q(cause__isnull=False) & ~Q(action=""),
                name="a_closed_low_score_has_cause_and_action",
            ),
            models.CheckConstraint(
                condition=~Q(state="done", kind="promoter") | ~Q(thanks=""),
                name="a_closed_high_score_was_thanked",
            ),
            models.CheckConstraint(
                condition=Q(state="done", closed_at__isnull=False)
                | ~Q(state="done") & Q(closed_at__isnull=True),
                name="a_closed_loop_says_when",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=~Q(state="done"), name="open_loops_by_day"
            )
        ]


class Improvement(models.Model):
    """You said, we did: what the company changed for a cause, and since when.

    The cause is one of low scores, a kind or a cause of complaints, or one of each.
    """

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    cause = models.ForeignKey(Cause, models.PROTECT, null=True, related_name="improvements")
    complaint = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    said = models.CharField(max_length=300)
    said_en = models.CharField(max_length=300, blank=True)
    did = models.CharField(max_length=300)
    did_en = models.CharField(max_length=300, blank=True)
    since = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-since", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(said="") & ~Q(did=""), name="an_improvement_says_both"
            ),
            models.CheckConstraint(
                condition=Q(cause__isnull=False) | Q(complaint__isnull=False),
                name="an_improvement_has_its_cause",
            ),
        ]

    @property
    def you_said(self) -> str:
        return local_name(self.said, self.said_en)

    @property
    def we_did(self) -> str:
        return local_name(self.did, self.did_en)

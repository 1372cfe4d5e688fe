"""Who is in a campaign since it was launched, and what was tried with each."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.campaigns.models.campaigns import Campaign, Step
from regulars.server.channels.models import Touch
from regulars.server.core.models import Book, Person
from regulars.server.customers.models import Customer
from regulars.server.delivery.models import Mailing

M = TypeVar("M", bound=models.Model)


class OfCustomers(models.QuerySet[M]):
    """Rows that name their customer."""

    def visible_to(self, viewer: Person) -> Self:
        """Keep what is about customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Member(models.Model):
    """A customer of a campaign, as they were when it was launched, and where they stand."""

    class State(models.TextChoices):
        CONTROL = "control", _("Left alone for comparison")
        SPARED = "spared", _("Left out of all marketing")
        WAITING = "waiting", pgettext_lazy("member", "Comes with a later wave")
        GOING = "going", pgettext_lazy("member", "Under way")
        REACHED = "reached", pgettext_lazy("member", "Reached, no answer yet")
        ANSWERED = "answered", pgettext_lazy("member", "Answered")
        UNREACHED = "unreached", pgettext_lazy("member", "Not reached by any way")
        OUT = "out", pgettext_lazy("member", "Taken out")

    class Out(models.TextChoices):
        """Why somebody is not treated any more."""

        ENDED = "ended", pgettext_lazy("taken out", "the campaign was over first")
        STOPPED = "stopped", pgettext_lazy("taken out", "the campaign was stopped")
        MERGED = "merged", pgettext_lazy("taken out", "one customer with another member")
        GONE = "gone", pgettext_lazy("taken out", "no customer any more")

    # Without checks by row: a launch adds a hundred thousand in one statement.
    campaign = models.ForeignKey(
        Campaign, models.CASCADE, related_name="members", db_index=False, db_constraint=False
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False
    )
    book = models.ForeignKey(
        Book, models.PROTECT, related_name="+", db_index=False, db_constraint=False
    )  # when it was launched
    wave = models.PositiveSmallIntegerField()
    arm = models.CharField(max_length=12, blank=True)  # see experiments; empty: none was drawn
    why = models.JSONField(default=dict)  # the fields of the rule and what they said
    state = models.CharField(max_length=9, choices=State.choices)
    reason = models.CharField(max_length=8, choices=Out.choices, blank=True)
    step = models.PositiveSmallIntegerField(default=0)  # where they are; 0: before the first
    step_at = models.DateTimeField(null=True)  # it began
    begun_at = models.DateTimeField(null=True)  # the first one did
    result = models.CharField(max_length=12, choices=Touch.Outcome.choices, blank=True)
    result_at = models.DateTimeField(null=True)
    acted_on = models.DateField(null=True)  # the outcome was seen: nobody asks again

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "customer"], name="a_customer_is_once_in_a_campaign"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["control", "spared"]) | Q(step=0),
                name="who_is_left_alone_stands_before_the_first_step",
            ),
            models.CheckConstraint(
                condition=Q(state="out") & ~Q(reason="") | ~Q(state="out") & Q(reason=""),
                name="who_is_taken_out_says_why",
            ),
        ]
        indexes = [
            # In the order in which a batch takes them: it reads a thousand, not all that wait.
            models.Index(fields=["campaign", "state", "wave", "id"], name="members_in_turn"),
            models.Index(fields=["campaign", "book"], name="members_by_book"),
        ]


class Sending(models.Model):
    """Those of one step who were handed over to be written to under one key."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="sendings")
    step = models.ForeignKey(Step, models.PROTECT, related_name="sendings")
    key = models.CharField(max_length=80, unique=True)
    mailing = models.ForeignKey(Mailing, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]


class Attempt(models.Model):
    """One step with one member: each step is taken once with each."""

    class State(models.TextChoices):
        GOING = "going", pgettext_lazy("attempt", "Under way")
        REACHED = "reached", pgettext_lazy("attempt", "Reached")
        ANSWERED = "answered", pgettext_lazy("attempt", "Answered")
        UNREACHED = "unreached", pgettext_lazy("attempt", "Not reached")
        DROPPED = "dropped", pgettext_lazy("attempt", "Taken back")

    member = models.ForeignKey(
        Member, models.CASCADE, related_name="attempts", db_constraint=False, db_index=False
    )
    step = models.ForeignKey(
        Step, models.PROTECT, related_name="attempts", db_constraint=False, db_index=False
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="+", db_constraint=False
    )
    sending = models.ForeignKey(
        Sending, models.PROTECT, null=True, related_name="attempts", db_constraint=False,
        db_index=False,
    )  # fmt: skip
    state = models.CharField(max_length=9, choices=State.choices, default=State.GOING)
    reason = models.CharField(max_length=24, blank=True)  # why they were not reached
    due_on = models.DateField(null=True)  # of a call: by when
    words = models.TextField(blank=True)  # and what is said, filled in for this customer
    begun_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["member", "step"], name="each_member_takes_a_step_once"
            )
        ]
        indexes = [
            models.Index(
                fields=["step", "sending"],
                condition=Q(state="going"),
                name="attempts_under_way",
            ),
            models.Index(fields=["step", "state"], name="attempts_by_state"),
        ]

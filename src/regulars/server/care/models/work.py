"""The work: why a customer is to be touched, on which day, and what came of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Book, Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.scoring.models import Run


class CardQuerySet(models.QuerySet["Card"]):
    def visible_to(self, viewer: Person) -> CardQuerySet:
        """Keep the cards of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def waiting(self, day: date) -> CardQuerySet:
        """Keep the open cards of a day's lists, whenever they came."""
        return self.filter(state=Card.State.OPEN, day__lte=day)

    def of_day(self, day: date) -> CardQuerySet:
        """Keep a day's lists: what is open, and what was closed on it."""
        return self.filter(Q(day=day) | Q(state=Card.State.OPEN, day__lt=day))


class PlanRun(models.Model):
    """One morning run: which day, from which scores, what it made."""

    day = models.DateField()
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    counts = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)

    class Meta:
        ordering = ["-day", "-pk"]


class Card(models.Model):
    """One customer's tasks on one list, with the result.

    An open card stands on the list of every day since it came; nothing is rewritten for that
    in the morning.
    """

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        SNOOZED = "snoozed", _("Later")
        EXPIRED = "expired", _("Expired")
        GONE = "gone", pgettext_lazy("card", "Taken back")  # no reason left, nothing done

    class Desk(models.TextChoices):
        RM = "rm", _("Relationship manager")
        MANAGER = "manager", _("Branch manager")
        LEADER = "leader", _("Leader")
        SERVICE = "service", _("Service desk")

    class SnoozeReason(models.TextChoices):
        ASKED = "asked", _("The customer asked for it")
        AWAY = "away", _("The customer is away")
        WAITING = "waiting", _("Waiting for something")
        NO_TIME = "no_time", _("No time today")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="cards")
    book = models.ForeignKey(Book, models.PROTECT, related_name="+")
    day = models.DateField()  # on which it came; once closed, on which it was closed
    # Whose list it stands on: a visit of the branch's head is not the manager's call.
    desk = models.CharField(max_length=8, choices=Desk.choices, default=Desk.RM)
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    priority = models.PositiveSmallIntegerField()  # 1 promise ... 5 care: triggers.md, rule 3
    stake = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    # What the contact is expected to change, in money: the stake times the chance.
    gain = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    minutes = models.PositiveSmallIntegerField(default=10)
    due_on = models.DateField()
    # Beyond what its owner can do that day: kept, counted and shown below the list.
    over_capacity = models.BooleanField(default=False)
    # Who took it over from the book's owner: it stands on their list and takes their time.
    helper = models.ForeignKey(Person, models.SET_NULL, null=True, related_name="+")
    outcome = models.CharField(max_length=12, choices=Touch.Outcome.choices, blank=True)
    next_step = models.CharField(max_length=24, blank=True)
    # The day on which open tasks of this closed card come back.
    next_on = models.DateField(null=True, blank=True)
    snooze_reason = models.CharField(max_length=12, choices=SnoozeReason.choices, blank=True)
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = [
            # A closed one makes room for what arrives later on the day and cannot wait.
            models.UniqueConstraint(
                fields=["customer", "desk"],
                condition=Q(state="open"),
                name="one_open_card_a_desk",
            )
        ]
        indexes = [
            models.Index(fields=["customer", "day", "desk"], name="cards_by_day_and_desk"),
            models.Index(fields=["book", "day", "priority", "-stake"], name="cards_of_a_book"),
            models.Index(
                fields=["next_on"],
                condition=Q(next_on__isnull=False),
                name="cards_that_come_back",
            ),
            models.Index(
                fields=["book", "priority", "-stake"],
                condition=Q(state="open"),
                name="open_cards_of_a_book",
            ),
            models.Index(
                fields=["helper", "day"],
                condition=Q(helper__isnull=False),
                name="cards_taken_over",
            ),
            models.Index(fields=["closed_at"], name="cards_by_end"),
        ]

    def waits_on(self, day: date) -> bool:
        """Whether it stands on a day's list, open; see `CardQuerySet.waiting`."""
        return self.state == self.State.OPEN and self.day <= day

    @property
    def gone_words(self) -> str:
        """Why the card was taken back: what its last reason says."""
        whys = [task for task in self.tasks.all() if task.gone]
        return whys[-1].get_gone_display() if whys else ""


class Capacity(models.Model):
    """How many minutes a day somebody has for cards, from a day on; 0 while away."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    first_on = models.DateField()
    last_on = models.DateField(null=True, blank=True)  # null: until something else is said
    minutes = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=120, blank=True)
    set_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-first_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_on__isnull=True) | Q(last_on__gte=models.F("first_on")),
                name="a_capacity_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(minutes__lte=960), name="a_day_has_sixteen_hours_at_most"
            ),
        ]


class Task(models.Model):
    """One reason to touch a customer. Its key makes it once, however often a day runs."""

    class State(models.TextChoices):
        OPEN = "open", _("Open")
        DONE = "done", _("Done")
        EXPIRED = "expired", _("Expired")
        GONE = "gone", pgettext_lazy("card", "Taken back")

    class Gone(models.TextChoices):
        """Why a reason was taken back: nobody's success, and nobody's failure."""

        CAME = "came", _("the customer came by themselves")
        OVER = "over", _("it is no longer so")
        SETTLED = "settled", _("settled elsewhere")
        REFUSED = "refused", _("the customer said no, or must not be contacted")
        OFF = "off", _("the trigger was switched off")
        OLD = "old", _("old news, left out")
        HELD = "held", _("a complaint is open; it comes back when that is closed")

    card = models.ForeignKey(Card, models.CASCADE, related_name="tasks")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="tasks")
    trigger = models.CharField(max_length=32)
    cycle = models.CharField(max_length=64)  # "2026-12-02", or what makes the reason one
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    priority = models.PositiveSmallIntegerField()
    stake = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    chance = models.FloatField(default=0)  # which part of the stake a contact changes, 0-1
    gain = models.DecimalField(max_digits=18, decimal_places=2, default=0)
    minutes = models.PositiveSmallIntegerField(default=10)
    due_on = models.DateField()
    # The day it was due on before somebody put it off; coverage counts by this one.
    first_due_on = models.DateField(null=True)
    expires_on = models.DateField()  # the last day on which it still makes sense
    happens_on = models.DateField(null=True)  # the birthday, the maturity
    learned_on = models.DateField(null=True)  # the second clock: when we came to know of it
    facts = models.JSONField(default=dict)  # numbers for the chip and the script
    made_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    gone = models.CharField(max_length=8, choices=Gone.choices, blank=True, db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="gone") | Q(gone=""), name="only_what_is_gone_says_why"
            ),
            models.UniqueConstraint(
                fields=["trigger", "customer", "cycle"], name="one_task_per_reason_and_cycle"
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer"], condition=Q(state="open"), name="open_tasks_of_a_customer"
            ),
            models.Index(
                fields=["expires_on"], condition=Q(state="open"), name="open_tasks_by_end"
            ),
            models.Index(Coalesce("first_due_on", "due_on"), name="tasks_by_deadline"),
            models.Index(
                Coalesce("first_due_on", "due_on"),
                condition=Q(state="open"),
                name="open_tasks_by_deadline",
            ),
            models.Index(fields=["made_at"], name="tasks_by_making"),
        ]

    @property
    def owed_on(self) -> date:
        """The day it was to be done by, before it was put off."""
        return self.first_due_on or self.due_on

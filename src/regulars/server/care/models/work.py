"""The work: why a customer is to be touched, on which day, and what came of it."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Book, Person, local_name, public_id
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


class VisitQuerySet(models.QuerySet["Visit"]):
    def visible_to(self, viewer: Person) -> VisitQuerySet:
        """Keep the visits to customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def ahead(self) -> VisitQuerySet:
        """Those that were neither written up nor called off."""
        return self.filter(state=Visit.State.PLANNED)


class Visit(models.Model):
    """Somebody goes to see a customer: planned, arrived, written up as a contact."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        DONE = "done", _("Visited")
        CANCELLED = "cancelled", _("Called off")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="visits")
    person = models.ForeignKey(Person, models.PROTECT, related_name="visits")  # who goes
    # Who comes along.
    beside = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    day = models.DateField()
    hour = models.TimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)  # empty: at the customer's address
    topic = models.CharField(max_length=12, choices=Touch.Topic.choices)
    aim = models.CharField(max_length=200, blank=True)  # what is to come of it
    state = models.CharField(max_length=9, choices=State.choices, default=State.PLANNED)
    arrived_at = models.DateTimeField(null=True, blank=True)
    # Where that was, to three decimals of a degree (about 100 m); only with the setting, and
    # only if the person said so each time.
    latitude = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    longitude = models.DecimalField(max_digits=6, decimal_places=3, null=True, blank=True)
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, related_name="visits")
    why_not = models.CharField(max_length=200, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)  # written up, or called off
    planned_at = models.DateTimeField()
    planned_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # The same form sent twice is one visit.
    once = models.CharField(max_length=40, null=True, unique=True, editable=False)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ["day", "hour", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(why_not=""),
                name="a_visit_called_off_says_why",
            ),
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__range=(-90, 90),
                    longitude__range=(-180, 180),
                    arrived_at__isnull=False,
                ),
                name="a_position_is_whole_and_of_an_arrival",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person", "day"], condition=Q(state="planned"), name="visits_ahead"
            ),
        ]


YES, NO = pgettext_lazy("answer", "Yes"), pgettext_lazy("answer", "No")


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, viewer: Person) -> AnswerQuerySet:
        """Keep the answers of customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> AnswerQuerySet:
        """Those of contacts that were not taken back."""
        return self.filter(touch__reversed_at__isnull=True)


class Answer(models.Model):
    """What a customer answered to one question of a playbook's step, and as it was asked.

    Of several contacts each keeps its own answers; the newest counts, the others are history.
    """

    class Kind(models.TextChoices):
        YES_NO = "yes_no", _("Yes or no")
        SCORE = "score", _("1 to 5")
        NPS = "nps", _("0 to 10")
        CHOICE = "choice", pgettext_lazy("answer", "Choice")
        TEXT = "text", pgettext_lazy("answer", "Text")
        NUMBER = "number", pgettext_lazy("answer", "Number")
        DATE = "date", pgettext_lazy("answer", "Date")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="answers")
    touch = models.ForeignKey(Touch, models.CASCADE, related_name="answers")
    task = models.ForeignKey(Task, models.SET_NULL, null=True, related_name="answers")
    playbook = models.CharField(max_length=80)
    version = models.PositiveIntegerField()  # 0: as shipped
    step = models.CharField(max_length=80)
    question = models.CharField(max_length=80)
    asked = models.CharField(max_length=300)
    asked_en = models.CharField(max_length=300, blank=True)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    # A number, a score, 1 or 0 for yes or no, the place of a choice from 1.
    number = models.DecimalField(max_digits=18, decimal_places=4, null=True)
    day = models.DateField(null=True)
    text = models.CharField(max_length=1000, blank=True)  # of a choice: its words
    text_en = models.CharField(max_length=300, blank=True)
    low = models.BooleanField(default=False)  # so low that somebody must ask why
    at = models.DateTimeField()

    objects = AnswerQuerySet.as_manager()

    @property
    def figure(self) -> str:
        """The number without the noughts that the database keeps behind it."""
        return f"{self.number.normalize():f}" if self.number is not None else ""

    @property
    def question_words(self) -> str:
        return local_name(self.asked, self.asked_en)

    @property
    def words(self) -> str:
        """The answer as people read it."""
        if self.kind == Answer.Kind.YES_NO:
            return str(YES if self.number else NO)
        if self.kind == Answer.Kind.SCORE:
            return f"{self.figure} / 5"
        if self.kind == Answer.Kind.NPS:
            return f"{self.figure} / 10"
        if self.kind == Answer.Kind.CHOICE:
            return local_name(self.text, self.text_en)
        return self.text or self.figure

    class Meta:
        ordering = ["-at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["touch", "playbook", "step", "question"],
                name="a_question_is_answered_once_in_a_contact",
            ),
            models.CheckConstraint(
                condition=Q(number__isnull=False) | Q(day__isnull=False) | ~Q(text=""),
                name="an_answer_says_something",
            ),
        ]
        indexes = [
            models.Index(fields=["playbook", "step", "question", "-at"], name="answers_to"),
            models.Index(fields=["-at"], condition=Q(low=True), name="low_answers"),
        ]

"""Cases, their story, what was asked for and approved, and the company's own lists."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Book, Person, public_id
from regulars.server.core.models.names import local_name
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product


class Entry(models.Model):
    """A line of one of the company's lists: what is complained of, and why it came about."""

    class List(models.TextChoices):
        TYPE = "type", _("What the complaint is about")
        CAUSE = "cause", _("What it came from")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    list = models.CharField(max_length=5, choices=List.choices)
    code = models.CharField(max_length=24)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    # Of a type: about the service of whoever leads the customer's book; complex as a rule.
    about_service = models.BooleanField(default=False)
    is_complex = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)

    class Meta:
        ordering = ["list", "position", "code"]
        constraints = [
            models.UniqueConstraint(fields=["list", "code"], name="one_entry_of_a_list")
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class CaseQuerySet(models.QuerySet["Case"]):
    def visible_to(self, viewer: Person) -> CaseQuerySet:
        """Keep cases of the viewer's scope, and those given to the viewer by name.

        Whom a case names does not see it: what a customer says of somebody is looked into
        without them.
        """
        found = self.exclude(about=viewer)
        if viewer.scope.everything:
            return found
        books = viewer.scope.books
        stranger = Q(customer__isnull=True, book__in=books)
        return found.filter(Q(customer__book__in=books) | stranger | Q(handler=viewer))

    def open(self) -> CaseQuerySet:
        return self.filter(state=Case.State.OPEN)


class Case(models.Model):
    """One complaint: who, what, how it is dealt with, and what came of it."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("complaint", "Open")
        CLOSED = "closed", pgettext_lazy("complaint", "Closed")

    class Channel(models.TextChoices):
        CALL = "call", _("Phone")
        COUNTER = "counter", _("In the branch")
        WECOM = "wecom", _("WeCom")
        APP = "app", _("App or website")
        EMAIL = "email", _("E-mail")
        LETTER = "letter", _("Letter")
        REGULATOR = "regulator", _("Passed on by an authority")
        MEDIA = "media", _("Media")
        OTHER = "other", pgettext_lazy("channel", "Other")

    class Severity(models.IntegerChoices):
        MINOR = 1, pgettext_lazy("severity", "Minor")
        SERIOUS = 2, pgettext_lazy("severity", "Serious")
        GRAVE = 3, pgettext_lazy("severity", "Grave: money, law or the public")

    class Waiting(models.TextChoices):
        PAPERS = "papers", _("papers that the customer brings")
        REPLY = "reply", _("the customer's answer to a question")
        AWAY = "away", _("the customer asked to speak later")

    class Result(models.TextChoices):
        UPHELD = "upheld", _("Upheld")
        PARTLY = "partly", _("Upheld in part")
        NOT_UPHELD = "not_upheld", _("Not upheld")
        WITHDRAWN = "withdrawn", pgettext_lazy("complaint", "Withdrawn by the customer")

    class Source(models.TextChoices):
        DESK = "desk", _("taken in by hand")
        CONTACT = "contact", _("from a contact")
        API = "api", _("from another system")
        FILE = "file", _("from a file")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    # A person not on file yet: `who`, `phone` and the book of the place that took it in.
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, related_name="complaints", db_index=False
    )
    who = models.CharField(max_length=120)  # as whoever handles it calls them
    phone = models.CharField(max_length=40, blank=True)
    book = models.ForeignKey(Book, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(default=0)  # of the tier when it came in; 0: none
    received_at = models.DateTimeField()
    received_on = models.DateField()  # on the company's calendar
    channel = models.CharField(max_length=10, choices=Channel.choices)
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField()
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, related_name="+")
    source = models.CharField(max_length=8, choices=Source.choices, default=Source.DESK)
    reference = models.CharField(max_length=60, blank=True)  # its number elsewhere
    words = models.TextField()
    wish = models.CharField(max_length=500, blank=True)
    type = models.ForeignKey(Entry, models.PROTECT, related_name="+")
    product = models.ForeignKey(Product, models.PROTECT, null=True, related_name="+")
    severity = models.PositiveSmallIntegerField(
        choices=Severity.choices, default=Severity.SERIOUS
    )
    is_complex = models.BooleanField(default=False)
    about = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    about_service = models.BooleanField(default=False)
    handler = models.ForeignKey(Person, models.PROTECT, null=True, related_name="complaints")
    state = models.CharField(max_length=6, choices=State.choices, default=State.OPEN)
    # The clocks of this round; those of the first one stay beside them.
    acknowledge_by = models.DateTimeField()
    answer_by = models.DateTimeField()
    resolve_by = models.DateTimeField()
    first_resolve_by = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)  # first word in the matter, of this round
    first_answered_at = models.DateTimeField(null=True)  # ever: from first word to first answer
    first_answer_by = models.DateTimeField()
    answer = models.TextField(blank=True)  # the last one
    waiting_since = models.DateTimeField(null=True)
    waiting_for = models.CharField(max_length=8, choices=Waiting.choices, blank=True)
    waiting_until = models.DateTimeField(null=True)  # then the clocks run on by themselves
    waited = models.DurationField(default=timedelta)  # in this round, in working time
    extended = models.PositiveSmallIntegerField(default=0)  # days, with approval
    # How far up the line it went for being late, and to whom.
    rung = models.PositiveSmallIntegerField(default=0)
    risen_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    risen_at = models.DateTimeField(null=True)
    at_top = models.BooleanField(default=False)
    rounds = models.PositiveSmallIntegerField(default=1)  # opened so many times
    reopened_at = models.DateTimeField(null=True)
    late_rounds = models.PositiveSmallIntegerField(default=0)  # closed late so many times
    result = models.CharField(max_length=10, choices=Result.choices, blank=True)
    cause = models.ForeignKey(Entry, models.PROTECT, null=True, related_name="+")
    remedy = models.CharField(max_length=500, blank=True)
    cost = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    closed_at = models.DateTimeField(null=True)
    closed_on = models.DateField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    first_closed_at = models.DateTimeField(null=True)
    call_by = models.DateTimeField(null=True)
    called_at = models.DateTimeField(null=True)
    called_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    is_content = models.BooleanField(null=True)  # what the customer said when called back

    objects = CaseQuerySet.as_manager()

    class Meta:
        ordering = ["-received_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(customer__isnull=False) | Q(book__isnull=False),
                name="a_strangers_case_has_its_place",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False, closed_on__isnull=False)
                & ~Q(result="")
                | Q(state="open", closed_at__isnull=True, closed_on__isnull=True, result=""),
                name="a_closed_case_has_its_result",
            ),
            models.CheckConstraint(
                condition=Q(
                    waiting_since__isnull=True, waiting_until__isnull=True, waiting_for=""
                )
                | Q(
                    waiting_since__isnull=False,
                    waiting_until__gt=F("waiting_since"),
                    acknowledged_at__isnull=False,
                    state="open",
                )
                & ~Q(waiting_for=""),
                name="a_case_waits_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(handler__isnull=True)
                | Q(about__isnull=True)
                | ~Q(handler=F("about")),
                name="nobody_handles_what_is_about_them",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True)
                | Q(about__isnull=True)
                | ~Q(closed_by=F("about")),
                name="nobody_closes_what_is_about_them",
            ),
            models.CheckConstraint(
                condition=Q(called_by__isnull=True)
                | Q(handler__isnull=True)
                | ~Q(called_by=F("handler")),
                name="somebody_else_calls_back",
            ),
            models.CheckConstraint(
                condition=Q(acknowledge_by__lte=F("resolve_by"))
                & Q(answer_by__lte=F("resolve_by")),
                name="clocks_end_in_their_order",
            ),
            models.UniqueConstraint(
                fields=["reference"],
                condition=~Q(reference=""),
                name="one_case_for_a_reference",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-received_at"], name="cases_of_a_customer"),
            models.Index(
                fields=["-level", "resolve_by"], condition=Q(state="open"), name="open_cases"
            ),
            models.Index(
                fields=["handler"], condition=Q(state="open"), name="open_cases_of_a_person"
            ),
            models.Index(fields=["received_on"], name="cases_by_day"),
            models.Index(
                fields=["call_by"],
                condition=Q(state="closed", called_at__isnull=True),
                name="cases_to_be_called",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def number(self) -> str:
        """What people say on the phone: the year and a running number."""
        return f"{self.received_on:%y}-{self.pk:05d}"

    @property
    def called(self) -> str:
        """Who it is: by the name on file that the reader wants, where the file is seen."""
        return str(self.customer) if self.customer else self.who

    @property
    def said(self) -> str:
        """What the customer said; of a case that a file only mentioned, in the reader's words."""
        return self.words or gettext("Told by another system. Ask the customer what happened.")

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_waiting(self) -> bool:
        return self.waiting_since is not None

    @property
    def placed(self) -> Book | None:
        """The book that it belongs to; None where the viewer does not see the customer."""
        if self.customer_id is None:
            return self.book
        return self.customer.book if self.customer else None


class Event(models.Model):
    """What happened to a case, one line of its story. Only ever added to."""

    class What(models.TextChoices):
        OPENED = "opened", pgettext_lazy("complaint", "Taken in")
        LINKED = "linked", _("Found on file")
        HANDED = "handed", pgettext_lazy("complaint", "Given to")
        ACKNOWLEDGED = "taken", pgettext_lazy("complaint", "Acknowledged")
        NOTED = "noted", pgettext_lazy("complaint", "Note")
        CHANGED = "changed", pgettext_lazy("complaint", "Details changed")
        WAITS = "waits", _("Waiting for the customer")
        GOES_ON = "goes_on", _("Going on")
        ROSE = "rose", _("Late: went up the line")
        STAYED = "stayed", _("Late with the last one of the line")
        ASKED = "asked", _("More time asked for")
        GRANTED = "granted", _("More time given")
        REFUSED = "refused", _("More time refused")
        ANSWERED = "answered", _("Answer given")
        CLOSED = "closed", pgettext_lazy("complaint", "Closed")
        REOPENED = "reopened", pgettext_lazy("complaint", "Opened again")
        CALLED = "called", _("Called back")
        UNDONE = "undone", pgettext_lazy("complaint", "Taken back")

    case = models.ForeignKey(Case, models.CASCADE, related_name="events")
    what = models.CharField(max_length=8, choices=What.choices)
    at = models.DateTimeField()
    by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    note = models.TextField(blank=True)
    # Of going up: which clock of which round, and onto which rung.
    clock = models.CharField(max_length=12, blank=True)
    round = models.PositiveSmallIntegerField(default=1)
    rung = models.PositiveSmallIntegerField(null=True)
    # Of an answer and of a closing: until when it was due. Of a call: what was said. They stay
    # when the case is opened again and its own fields begin anew.
    due = models.DateTimeField(null=True)
    content = models.BooleanField(null=True)
    # Of changed details: codes and values, for readers of each language.
    details = models.JSONField(default=dict)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["case", "round", "clock", "rung"],
                condition=Q(what="rose"),
                name="a_case_goes_up_once_to_each_rung",
            )
        ]
        indexes = [models.Index(fields=["case", "at"], name="story_of_a_case")]

    @property
    def in_time(self) -> bool | None:
        """Whether this answer or closing met its clock; None of anything else."""
        return None if self.due is None else self.at <= self.due


class Extension(models.Model):
    """More time that somebody asked for, and that somebody else decides."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    case = models.ForeignKey(Case, models.CASCADE, related_name="extensions")
    days = models.PositiveSmallIntegerField()
    reason = models.CharField(max_length=500)
    asked_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    granted = models.BooleanField(null=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True) | ~Q(decided_by=F("asked_by")),
                name="another_person_gives_more_time",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, days__lte=30), name="more_time_is_thirty_days_at_most"
            ),
            models.UniqueConstraint(
                fields=["case"],
                condition=Q(decided_at__isnull=True),
                name="more_time_is_asked_for_once_at_a_time",
            ),
        ]

"""Cases: one complaint each."""

from __future__ import annotations

from datetime import timedelta

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from regulars.server.channels.models import Touch
from regulars.server.complaints.models.lists import Entry
from regulars.server.core.models import Book, Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product


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
        """What the customer said; a sentence for the reader where a file only mentioned it."""
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

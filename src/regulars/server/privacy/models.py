"""What people asked for, when it is due, and what became of it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class RequestQuerySet(models.QuerySet["Request"]):
    def visible_to(self, viewer: Person) -> RequestQuerySet:
        """Keep the requests of customers in the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def waiting(self) -> RequestQuerySet:
        """Keep those that nobody has answered."""
        return self.filter(state=Request.State.OPEN)


class Request(models.Model):
    """One thing that a person asked of us under the law, with its clock."""

    class Kind(models.TextChoices):
        COPY = "copy", _("A copy of what is on file")
        CORRECTION = "correction", _("A correction")
        ERASURE = "erasure", _("Erasure")
        OBJECTION = "objection", _("No scores and profiles")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("request", "Open")
        DONE = "done", _("Done")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Proof(models.TextChoices):
        DOCUMENT = "document", _("Showed an identity document")
        CALLED_BACK = "called_back", _("Called back on the number on file")
        SIGNED_IN = "signed_in", _("Signed in")
        KNOWN = "known", _("Known in person")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.OPEN)
    words = models.TextField(blank=True)  # what they asked, as they said it
    received_on = models.DateField()
    due_on = models.DateField()
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    opened_at = models.DateTimeField()
    proof = models.CharField(max_length=12, choices=Proof.choices, blank=True)
    answer = models.TextField(blank=True)  # what was done, or why it was refused
    report = models.JSONField(default=dict)  # counts of an erasure, the size of a copy
    # What an erased person was known by, until the files were searched; null after that.
    traces = models.JSONField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = RequestQuerySet.as_manager()

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(due_on__gte=models.F("received_on")), name="due_after_received"
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(answer=""), name="a_refusal_has_a_reason"
            ),
            models.UniqueConstraint(
                fields=["customer", "kind"],
                condition=Q(state="open"),
                name="one_open_request_of_a_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on"], condition=Q(state="open"), name="open_requests_by_due"
            ),
            models.Index(
                fields=["id"], condition=Q(traces__isnull=False), name="files_to_be_searched"
            ),
            models.Index(fields=["customer", "-received_on"], name="requests_of_a_customer"),
        ]


class Period(models.Model):
    """How long a company keeps a class of data, where it differs from what we propose."""

    key = models.CharField(max_length=60, primary_key=True)
    days = models.PositiveIntegerField(null=True)  # null keeps it while the customer is kept
    reason = models.CharField(max_length=300, blank=True)
    set_at = models.DateTimeField()
    set_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")


class Sweep(models.Model):
    """One night's letting go: what went, of each class."""

    swept_at = models.DateTimeField()
    counts = models.JSONField(default=dict)  # class -> rows

    class Meta:
        ordering = ["-swept_at", "-pk"]

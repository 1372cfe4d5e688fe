"""Contacts with customers, and the next steps that follow from them."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from regulars.server.channels import rules
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


class TouchQuerySet(models.QuerySet["Touch"]):
    def visible_to(self, viewer: Person) -> TouchQuerySet:
        """Keep the contacts with customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> TouchQuerySet:
        """Leave out what was reversed."""
        return self.filter(reversed_at__isnull=True)


class Touch(models.Model):
    """One contact with a customer; with an answer (`two_way`) it is an interaction."""

    class Channel(models.TextChoices):
        CALL = "call", _("Phone")
        VISIT = "visit", _("Visit")
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        BRANCH = "branch", _("Branch visit")

    class Outcome(models.TextChoices):
        REACHED = "reached", _("Reached")
        NO_ANSWER = "no_answer", _("No answer")
        INTERESTED = "interested", _("Interested")
        NOT_NOW = "not_now", _("Not now")
        DONE = "done", _("Done")
        WRONG_NUMBER = "wrong_number", _("Wrong number")
        REFUSED_ALL = "refused_all", _("Refuses all marketing")
        UNSUITABLE = "unsuitable", _("Not suitable")
        DECEASED = "deceased", _("The customer has died")
        OTHER = "other", _("Something else")

    class Topic(models.TextChoices):
        CONTACT = "contact", _("Keeping in touch")
        SERVICE = "service", _("Service wanted")
        RENEWAL = "renewal", _("Maturity or renewal")
        COMPLAINT = "complaint", _("Complaint")
        REVIEW = "review", _("Review")
        POST_SALE = "post_sale", _("After a sale")
        GREETING = "greeting", _("Greeting")
        OPPORTUNITY = "opportunity", _("Opportunity")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="touches")
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel.choices)
    inbound = models.BooleanField(default=False)
    two_way = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    # Who came along: a visit together is a visit of both.
    beside = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    purpose = models.CharField(max_length=200, blank=True)
    # What it was about; `purpose` says what the law makes of it.
    topic = models.CharField(max_length=12, choices=Topic.choices, blank=True, db_default="")
    note = models.TextField(blank=True)  # what the customer said
    need = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField(null=True, blank=True)
    # What a form that was sent twice carries, so that it is written once.
    once = models.CharField(max_length=40, null=True, unique=True, editable=False)
    # A reversed touch stays; it no longer counts (undo within seconds, or a correction).
    reversed_at = models.DateTimeField(null=True)

    objects = TouchQuerySet.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["customer", "-at"], name="touches_of_a_customer"),
            models.Index(fields=["at"], name="touches_by_time"),
            models.Index(
                fields=["next_on"],
                condition=Q(next_on__isnull=False, reversed_at__isnull=True),
                name="touches_with_a_next_date",
            ),
        ]

    @property
    def purpose_words(self) -> str:
        """What it was for as people read it; what a file said of it stays as it came."""
        known = ABOUT.get(self.purpose)
        return str(known) if known is not None else self.purpose

    @property
    def next_words(self) -> str:
        """The next step as people read it: a known step by name, else what was typed."""
        known = NEXT_STEPS.get(self.next_step)
        return str(known) if known is not None else self.next_step


# What a contact was for; service counts in no cap.
ABOUT: Mapping[str, str | Promise] = {"service": _("Service"), "marketing": _("Marketing")}
# Steps that one click chooses; anything else is what somebody typed.
NEXT_STEPS: Mapping[str, str | Promise] = {
    rules.Step.DONE: _("finished"),
    rules.Step.CALL_TOMORROW: _("call again tomorrow"),
    rules.Step.CALL_3: _("call again in three days"),
    rules.Step.MESSAGE: _("send a message instead"),
    rules.Step.MEET: _("meet next week"),
    rules.Step.OFFER: _("bring an offer"),
    rules.Step.MONTH: _("ask again in a month"),
}

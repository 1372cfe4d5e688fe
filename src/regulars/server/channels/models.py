from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer


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

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="touches")
    at = models.DateTimeField()
    channel = models.CharField(max_length=8, choices=Channel.choices)
    inbound = models.BooleanField(default=False)
    two_way = models.BooleanField(default=False)
    outcome = models.CharField(max_length=12, choices=Outcome.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    purpose = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)  # what the customer said
    need = models.CharField(max_length=300, blank=True)
    next_step = models.CharField(max_length=300, blank=True)
    next_on = models.DateField(null=True, blank=True)
    # A reversed touch stays; it no longer counts (undo within seconds, or a correction).
    reversed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]
        indexes = [models.Index(fields=["customer", "-at"], name="touches_of_a_customer")]

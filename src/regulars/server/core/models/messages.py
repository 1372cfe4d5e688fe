"""What others are told: events, the addresses they go to, and each delivery."""

from __future__ import annotations

import uuid

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models.names import public_id
from regulars.server.core.models.people import Person


class Event(models.Model):
    """One thing that happened and that somebody wants to hear of: the outbox.

    Written in the transaction of the change. It names records by their public ids; who
    may read their values asks the API.
    """

    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    type = models.CharField(max_length=80)  # "customer.changed.v1"
    subject = models.CharField(max_length=80)  # "customers/7hq2k9xw4mzt"
    data = models.JSONField(default=dict)
    happened_at = models.DateTimeField()
    handled_at = models.DateTimeField(null=True)  # by the features that listen inside

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["id"], condition=Q(handled_at__isnull=True), name="events_to_handle"
            ),
            models.Index(fields=["happened_at"], name="events_by_time"),
        ]


class Webhook(models.Model):
    """An address of another system that is told of some events. Off until switched on."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=60)
    url = models.CharField(max_length=500)
    types = ArrayField(models.CharField(max_length=80))
    salt = models.CharField(max_length=43)  # the signing secret is worked out from it
    is_active = models.BooleanField(default=False)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One event on its way to one webhook, with every attempt."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    event = models.ForeignKey(Event, models.CASCADE, related_name="deliveries")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    attempts = models.JSONField(default=list)  # [{"at", "status", "ms", "problem"}]
    next_try_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["webhook", "event"], name="one_delivery_per_event_and_webhook"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", next_try_at__isnull=False)
                | (~Q(state="waiting") & Q(next_try_at__isnull=True)),
                name="what_waits_has_a_time",
            ),
        ]
        indexes = [
            models.Index(
                fields=["next_try_at"], condition=Q(state="waiting"), name="deliveries_due"
            )
        ]

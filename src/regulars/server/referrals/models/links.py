"""One customer's way to recommend us."""

from __future__ import annotations

import secrets

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.referrals.models.scoped import OfOne
from regulars.server.referrals.rules import ALPHABET, CODE_LENGTH


def new_token() -> str:
    return secrets.token_urlsafe(18)


def new_code() -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(CODE_LENGTH))


class Link(models.Model):
    """An address and a short code that friends come by, and an address for its owner alone."""

    class Shows(models.TextChoices):
        NOTHING = "nothing", pgettext_lazy("referrer shown", "“A customer of ours”")
        FAMILY = "family", pgettext_lazy("referrer shown", "The family name")
        NAME = "name", pgettext_lazy("referrer shown", "The whole name")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    token = models.CharField(max_length=32, unique=True, default=new_token)  # handed to friends
    own_token = models.CharField(
        max_length=32, unique=True, default=new_token
    )  # the owner's page
    code = models.CharField(max_length=CODE_LENGTH, unique=True, default=new_code)
    # What a friend reads of who referred them; nothing unless the owner allowed it.
    shows = models.CharField(max_length=8, choices=Shows.choices, default=Shows.NOTHING)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)  # last time somebody gave it to the owner
    ended_at = models.DateTimeField(null=True)

    objects = OfOne.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(ended_at__isnull=True),
                name="one_link_of_a_customer",
            )
        ]


class Opening(models.Model):
    """One device that opened a link, by a keyed hash: it is counted, and told apart."""

    link = models.ForeignKey(Link, models.CASCADE, related_name="openings")
    device = models.CharField(max_length=64)
    own = models.BooleanField(default=False)  # it opened the owner's page
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["link", "device", "own"], name="a_device_opens_a_link_once"
            )
        ]
        indexes = [models.Index(fields=["at"], name="openings_by_time")]

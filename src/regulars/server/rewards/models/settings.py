"""What the company set, and words that several records share."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy


class Condition(models.TextChoices):
    """What a benefit is given for. Banks give nothing of value for the last two."""

    NONE = "none", pgettext_lazy("benefit", "No condition")
    WELCOME = "welcome", pgettext_lazy("benefit", "Welcome")
    BIRTHDAY = "birthday", pgettext_lazy("benefit", "Birthday")
    FESTIVAL = "festival", pgettext_lazy("benefit", "Festival")
    DEAL = "deal", pgettext_lazy("benefit", "A purchase or deal")
    POINTS = "points", pgettext_lazy("benefit", "Points are paid for it")
    EVENT = "event", pgettext_lazy("benefit", "Taking part in an event")
    REFERRAL = "referral", pgettext_lazy("benefit", "A recommendation")
    SERVICE = "service", pgettext_lazy("benefit", "An apology")
    TIER = "tier", pgettext_lazy("benefit", "Being in a tier")
    DEPOSIT_BALANCE = "deposit_balance", pgettext_lazy("benefit", "A balance of deposits")
    NEW_DEPOSIT = "new_deposit", pgettext_lazy("benefit", "A new deposit")


class Policy(models.Model):
    """The one row of settings of benefits; without it its defaults hold."""

    approval_from = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(200)
    )  # a gift that costs so much needs a second person
    gifts_per_year = models.PositiveSmallIntegerField(default=6)  # to one customer
    surprise_budget = models.DecimalField(
        max_digits=12, decimal_places=2, default=Decimal(500)
    )  # of one person in a month, for gifts without an occasion
    notice_days = models.PositiveSmallIntegerField(default=15)  # before a privilege changes
    # Customers of tiers from this level on are called when privileges end unused.
    unused_from = models.PositiveSmallIntegerField(
        default=5, choices=[(level, str(level)) for level in (5, 4, 3, 2, 1)]
    )

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_policy_of_benefits"),
            models.CheckConstraint(
                condition=Q(approval_from__gte=0, surprise_budget__gte=0),
                name="limits_of_gifts_are_amounts",
            ),
        ]

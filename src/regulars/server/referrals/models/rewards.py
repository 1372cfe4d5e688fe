"""What one side of a referral gets: once, and nobody else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import public_id
from regulars.server.customers.models import Customer
from regulars.server.referrals.models.referrals import Referral
from regulars.server.referrals.models.scoped import OfOne


class Reward(models.Model):
    """One reward of one side. The database knows these two sides only: there is one level."""

    class Side(models.TextChoices):
        REFERRER = "referrer", pgettext_lazy("reward", "Who referred")
        FRIEND = "friend", pgettext_lazy("reward", "The friend")

    class State(models.TextChoices):
        DUE = "due", pgettext_lazy("reward", "To be given")
        GIVEN = "given", pgettext_lazy("reward", "Given")
        CAPPED = "capped", pgettext_lazy("reward", "Above the limit")
        REVERSED = "reversed", pgettext_lazy("reward", "Taken back")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="rewards")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    way = models.CharField(max_length=24)
    amount = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    made_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=40, blank=True)  # of who gave it
    waits = models.CharField(max_length=200, blank=True)  # why it was not given yet
    reversed_at = models.DateTimeField(null=True)

    objects = OfOne.as_manager()

    class Meta:
        ordering = ["-made_at", "side"]
        constraints = [
            models.UniqueConstraint(fields=["referral", "side"], name="one_reward_of_a_side"),
            models.CheckConstraint(
                condition=~Q(state="given") | Q(given_at__isnull=False),
                name="a_given_reward_says_when",
            ),
            models.CheckConstraint(
                condition=~Q(state="reversed") | Q(reversed_at__isnull=False),
                name="a_reward_taken_back_says_when",
            ),
        ]
        indexes = [models.Index(fields=["customer", "-made_at"], name="rewards_of_a_customer")]

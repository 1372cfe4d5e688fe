"""What one side of a referral gets: once, and nobody else."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
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
        LAPSED = "lapsed", pgettext_lazy("reward", "Not fetched in time")
        REVERSED = "reversed", pgettext_lazy("reward", "Taken back")
        KEPT = "kept", pgettext_lazy("reward", "Could not be taken back")
        WITHHELD = "withheld", pgettext_lazy("reward", "Not given after all")

    class Why(models.TextChoices):
        """Why it was not given yet, or stays given: kept as a code, said in words."""

        NO_MEMBER = "no_member", _("Collects no points yet. They come once the customer joins.")
        SOLD_OUT = (
            "sold_out",
            _(
                "No coupon of this kind is left. "
                "It comes once there is another batch of the kind."
            ),
        )
        NONE_LEFT = (
            "none_left",
            _("None is left on the shelf of this branch. It comes once some arrive."),
        )
        WITHDRAWN = (
            "withdrawn",
            _("It is not offered any more. It comes once it is offered again."),
        )
        NO_WAY = "no_way", _("Nobody gives such things here any more.")
        HAS_ENOUGH = "has_enough", _("Has as many as one customer may have.")
        NO_CUSTOMER = "no_customer", _("The file is of nobody who could get one.")
        FORBIDDEN = "forbidden", _("A bank gives nothing of value for deposits.")
        REDEEMED = "redeemed", _("The coupon was redeemed before.")
        HANDED = "handed", _("The gift was handed over before.")
        DROPPED = "dropped", _("What was asked for was withdrawn.")

    # What the company lacks: the customer waits for it as long as it takes.
    OURS = frozenset({Why.SOLD_OUT, Why.NONE_LEFT, Why.WITHDRAWN, Why.NO_WAY})
    # What somebody who leads may give again, or give otherwise.
    OPEN_AGAIN = frozenset({State.LAPSED, State.WITHHELD})

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    referral = models.ForeignKey(Referral, models.CASCADE, related_name="rewards")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    side = models.CharField(max_length=8, choices=Side.choices)
    way = models.CharField(max_length=24)
    thing = models.CharField(max_length=24, blank=True)  # which batch, which gift
    amount = models.PositiveIntegerField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.DUE)
    made_at = models.DateTimeField()
    given_at = models.DateTimeField(null=True)
    receipt = models.CharField(max_length=40, blank=True)  # of who gave it
    waits = models.CharField(max_length=200, blank=True)  # one of Why, or another way's words
    waits_until = models.DateField(null=True)  # the last day on which it may be fetched
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

    @property
    def is_ours(self) -> bool:
        """Whether it waits for the company, not for the customer."""
        return self.state == self.State.DUE and self.waits in self.OURS

    @property
    def waiting(self) -> str:
        """Why it was not given, or not taken back, in words."""
        return str(dict(self.Why.choices).get(self.waits, self.waits))

"""What a referral earns for the two of them, from one day to another."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, local_name, public_id

THINGS = ("coupon", "gift")  # each is one thing, and it is named


class Terms(models.Model):
    """One version of the rule. Once adopted it stays as it is; a referral keeps its own."""

    class Event(models.TextChoices):
        CUSTOMER = "customer", _("The friend becomes a customer")
        PURCHASE = "purchase", _("The friend's first purchase")
        BALANCE = "balance", _("The friend's balance reaches an amount")
        WON = "won", _("An opportunity with the friend is won")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("terms", "Draft")
        ADOPTED = "adopted", pgettext_lazy("terms", "Adopted")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    version = models.PositiveIntegerField(unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    event = models.CharField(max_length=8, choices=Event.choices)
    least = models.DecimalField(max_digits=16, decimal_places=2, default=0)
    products = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    window_days = models.PositiveSmallIntegerField(default=90)
    # By which way each side is thanked, how much of it; see `actions.paying`.
    referrer_way = models.CharField(max_length=24, blank=True)
    referrer_thing = models.CharField(max_length=24, blank=True)  # which batch, which gift
    referrer_amount = models.PositiveIntegerField(default=0)
    friend_way = models.CharField(max_length=24, blank=True)
    friend_thing = models.CharField(max_length=24, blank=True)
    friend_amount = models.PositiveIntegerField(default=0)
    # A referrer is thanked so often within so many days; 0 is no limit.
    most = models.PositiveSmallIntegerField(default=0)
    most_days = models.PositiveSmallIntegerField(default=365)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)  # the first day on which they hold no more
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    adopted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="one_draft_of_terms"
            ),
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state="adopted", valid_until__isnull=True),
                name="one_open_terms",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="terms_end_after_they_begin",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", adopted_at__isnull=True)
                | Q(state="adopted", adopted_at__isnull=False),
                name="terms_are_drafted_or_adopted",
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=730),
                name="terms_wait_some_days",
            ),
            models.CheckConstraint(
                condition=Q(referrer_way="", referrer_amount=0)
                | ~Q(referrer_way="") & Q(referrer_amount__gte=1),
                name="what_the_referrer_gets_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(friend_way="", friend_amount=0)
                | ~Q(friend_way="") & Q(friend_amount__gte=1),
                name="what_the_friend_gets_has_an_amount",
            ),
            models.CheckConstraint(
                condition=~Q(event="balance") | Q(least__gt=0),
                name="a_balance_to_reach_is_named",
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(referrer_way__in=THINGS) | ~Q(referrer_thing="") & Q(referrer_amount=1)
                )
                & (~Q(friend_way__in=THINGS) | ~Q(friend_thing="") & Q(friend_amount=1)),
                name="a_coupon_or_a_gift_is_named",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

"""The stages of a company, and which signals make an opportunity by themselves."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import local_name
from regulars.server.products.models import Product


class Kind(models.TextChoices):
    """What becomes of the customer's things: the three kinds of opportunity."""

    TRADE_IN = "trade_in", pgettext_lazy("kind of opportunity", "Replace")
    ADD_ON = "add_on", pgettext_lazy("kind of opportunity", "Add")
    REFERRAL = "referral", pgettext_lazy("kind of opportunity", "Recommend")


class StageQuerySet(models.QuerySet["Stage"]):
    def in_use(self) -> StageQuerySet:
        return self.filter(is_retired=False)


class Stage(models.Model):
    """One step on the way to a deal. The ends are stages too: one is won, one is lost."""

    class Ends(models.TextChoices):
        NO = "", pgettext_lazy("stage", "Still open")
        WON = "won", pgettext_lazy("opportunity", "Won")
        LOST = "lost", pgettext_lazy("opportunity", "Lost")

    code = models.SlugField(max_length=24, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=40, blank=True)
    position = models.PositiveSmallIntegerField(unique=True)
    # How many of 1 that stand here are won in the end, where the own figures are too few.
    chance = models.DecimalField(max_digits=4, decimal_places=3)
    patience = models.PositiveSmallIntegerField(default=14)  # days until one here is stale
    ends = models.CharField(max_length=4, choices=Ends.choices, blank=True, default="")
    is_retired = models.BooleanField(default=False)  # nothing moves here any more
    # Of those of the whole company that came so far and ended: how many were won.
    won = models.PositiveIntegerField(default=0)
    decided = models.PositiveIntegerField(default=0)
    measured_on = models.DateField(null=True)

    objects = StageQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_stage_has_a_name"),
            models.CheckConstraint(
                condition=Q(chance__gte=0, chance__lte=1), name="a_chance_is_a_share"
            ),
            models.CheckConstraint(
                condition=Q(ends="")
                | Q(ends="won", chance=Decimal(1), is_retired=False)
                | Q(ends="lost", chance=Decimal(0), is_retired=False),
                name="an_end_is_certain",
            ),
            models.CheckConstraint(
                condition=Q(won__lte=F("decided")), name="won_are_some_of_the_decided"
            ),
            models.UniqueConstraint(
                fields=["ends"], condition=~Q(ends=""), name="one_stage_of_each_end"
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class SignalRule(models.Model):
    """A reason of the day's lists, or the next product, that makes an opportunity by itself."""

    NEXT_PRODUCT = "next_product"

    signal = models.CharField(max_length=32, unique=True)  # a trigger's code
    kind = models.CharField(max_length=8, choices=Kind.choices)
    product = models.ForeignKey(
        Product, models.PROTECT, null=True, blank=True, related_name="+"
    )
    least = models.DecimalField(max_digits=18, decimal_places=2, default=0)  # at stake
    share = models.DecimalField(max_digits=4, decimal_places=3, default=0)  # of the score
    is_on = models.BooleanField(default=False)

    class Meta:
        ordering = ["signal"]
        verbose_name = _("Signal that makes an opportunity")
        constraints = [
            models.CheckConstraint(condition=Q(least__gte=0), name="a_signal_asks_no_debt"),
        ]

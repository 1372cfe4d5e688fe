"""The programme: what is earned for what, which levels there are, what a point costs."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, local_name, public_id
from regulars.server.loyalty import rules
from regulars.server.loyalty.models.ledger import Currency
from regulars.server.segments.models import Segment


class Programme(models.Model):
    """The one programme of the company, and what holds for all of its points."""

    class Joining(models.TextChoices):
        HAND = "hand", _("Whoever asks")
        PERSONS = "persons", _("Every person on file")
        SEGMENT = "segment", _("Whoever is in a segment")

    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    prefix = models.CharField(max_length=6)  # of every membership number; digits
    # What one point costs us when it is redeemed, in the company's currency.
    unit_cost = models.DecimalField(max_digits=10, decimal_places=5, default=Decimal("0.01"))
    # The share that is never redeemed, as long as the own cohorts are too young to say.
    assumed_breakage = models.DecimalField(
        max_digits=5, decimal_places=4, default=Decimal("0.2")
    )
    approval_from = models.PositiveIntegerField(default=5_000)  # points moved by hand
    # A redemption that is taken back gives points so many days at least.
    grace_days = models.PositiveSmallIntegerField(default=30)
    notice_days = models.PositiveSmallIntegerField(default=15)  # before terms change
    joining = models.CharField(max_length=8, choices=Joining.choices, default=Joining.HAND)
    segment = models.ForeignKey(Segment, models.SET_NULL, null=True, related_name="+")
    began_on = models.DateField()
    earned_until = models.DateTimeField(null=True)  # facts known by then were looked at

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_programme_per_company"),
            models.CheckConstraint(
                condition=Q(prefix__regex=r"^[0-9]{2,6}$"), name="a_prefix_is_digits"
            ),
            models.CheckConstraint(
                condition=Q(assumed_breakage__gte=0, assumed_breakage__lte=1),
                name="breakage_is_a_share",
            ),
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="a_point_costs_us"),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def cost(self) -> str:
        return rules.plain(self.unit_cost)


class LevelScheme(models.Model):
    """The levels from a day on: how many tier points each asks, collected in how long."""

    valid_from = models.DateField(unique=True)
    months = models.PositiveSmallIntegerField(default=12)  # a level is kept so long
    # [{"code": "silver", "name": ..., "name_en": ..., "from": 500}], from the lowest up.
    levels = models.JSONField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=60), name="a_level_is_kept_some_months"
            )
        ]


class EarningRule(models.Model):
    """One version of one rule of earning. Once in force its terms stay as they are."""

    class Kind(models.TextChoices):
        AMOUNT = "amount", _("By amount")
        PRODUCT = "product", _("For a product")
        EVENT = "event", _("For an event")
        DEALS = "deals", _("For several deals")
        BALANCE = "balance", _("By balance at the month's end")

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("rule", "Draft")
        IN_FORCE = "in_force", pgettext_lazy("rule", "Adopted")

    class Lasts(models.TextChoices):
        MONTHS = "months", _("Some months")
        YEAR_END = "year_end", _("Until the end of a year")
        ALWAYS = "always", _("For ever")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.CharField(max_length=40)  # its versions share it
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    currency = models.CharField(max_length=6, choices=Currency.choices)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    points = models.PositiveIntegerField()
    per = models.PositiveIntegerField(null=True)  # whole units of the currency; amount, balance
    # What it is about: {"products": [], "categories": [], "channels": [], "kinds": [],
    # "event": "", "deals": 3, "months": 2, "most": 0}
    about = models.JSONField(default=dict)
    pending_days = models.PositiveSmallIntegerField(default=0)
    lasts = models.CharField(max_length=8, choices=Lasts.choices, default=Lasts.MONTHS)
    # Months, or years to come at whose end it is over.
    span = models.PositiveSmallIntegerField(default=24)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)  # the first day on which it no longer holds
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    adopted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="a_version_once"),
            models.UniqueConstraint(
                fields=["code"], condition=Q(state="draft"), name="one_draft_of_a_rule"
            ),
            models.CheckConstraint(condition=Q(points__gte=1), name="a_rule_gives_points"),
            models.CheckConstraint(
                condition=Q(kind__in=("amount", "balance"), per__gte=1)
                | ~Q(kind__in=("amount", "balance")) & Q(per__isnull=True),
                name="points_per_amount_name_the_amount",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gt=F("valid_from")),
                name="a_rule_holds_a_day",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", adopted_at__isnull=True)
                | Q(state="in_force", adopted_at__isnull=False),
                name="a_rule_is_drafted_or_adopted",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

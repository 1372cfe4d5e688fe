"""The ledger. Only entries change what an account or a lot holds: see migrations/0002."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models.openings import Opening

PLACES = (
    *("issued", "pending", "active", "owed"),
    *("spent", "expired", "reversed", "moved", "adjusted", "opened"),
)
# From where to where points may go; everything else the database refuses.
WAYS = (
    *("issued>pending", "issued>active", "pending>active"),
    *("active>spent", "spent>active", "active>expired", "pending>expired"),
    *("pending>reversed", "active>reversed", "owed>reversed", "active>owed"),
    *("active>moved", "moved>active", "pending>moved", "moved>pending"),
    *("owed>moved", "moved>owed", "active>adjusted", "adjusted>owed", "opened>active"),
)


class Currency(models.TextChoices):
    POINTS = "points", pgettext_lazy("currency", "Points")
    TIER = "tier", _("Tier points")


class AccountQuerySet(models.QuerySet["Account"]):
    def visible_to(self, viewer: Person) -> AccountQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Account(models.Model):
    """What one customer has of one currency: the sums of the entries, kept by the database."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="loyalty_accounts")
    currency = models.CharField(max_length=6, choices=Currency.choices)
    pending = models.BigIntegerField(default=0)
    active = models.BigIntegerField(default=0)
    owed = models.BigIntegerField(default=0)  # of what was spent and then taken back
    opened_at = models.DateTimeField()

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "currency"], name="one_account_of_a_currency"
            ),
            models.CheckConstraint(
                condition=Q(pending__gte=0, active__gte=0, owed__gte=0),
                name="a_balance_is_never_negative",
            ),
        ]


class Movement(models.Model):
    """What somebody did with points. Rows are added, never changed."""

    class What(models.TextChoices):
        EARN = "earn", pgettext_lazy("points", "Earned")
        RIPEN = "ripen", pgettext_lazy("points", "Came due")
        REDEEM = "redeem", pgettext_lazy("points", "Redeemed")
        GIVE_BACK = "give_back", pgettext_lazy("points", "Given back")
        REVERSE = "reverse", pgettext_lazy("points", "Taken back")
        ADJUST = "adjust", pgettext_lazy("points", "Adjusted")
        TRANSFER = "transfer", pgettext_lazy("points", "Transferred")
        MERGE = "merge", pgettext_lazy("points", "Files merged")
        CLOSE = "close", pgettext_lazy("points", "Forfeited")
        OPEN = "open", pgettext_lazy("points", "Brought along")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    what = models.CharField(max_length=9, choices=What.choices)
    # Who asks twice under one key gets the first answer; the print tells another request.
    key = models.CharField(max_length=120, unique=True)
    print = models.CharField(max_length=64)
    answer = models.JSONField()
    # Whose; a night's work is everybody's.
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="movements")
    undoes = models.ForeignKey("self", models.PROTECT, null=True, related_name="undone_by")
    ref = models.CharField(max_length=80, blank=True)  # what it was for: "coupon:17"
    by = models.CharField(max_length=80)  # as the audit trail names actors
    at = models.DateTimeField()
    day = models.DateField()

    class Meta:
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["undoes"], condition=Q(undoes__isnull=False), name="movements_undone"
            ),
            # What points were spent on in a year is read by day: costs of benefits.
            models.Index(fields=["day"], condition=Q(what="redeem"), name="redemptions_by_day"),
        ]


class Lot(models.Model):
    """Points that were issued together and end together."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="lots", db_index=False)
    movement = models.ForeignKey(Movement, models.PROTECT, related_name="+", db_index=False)
    rule = models.ForeignKey(
        "loyalty.EarningRule", models.PROTECT, null=True, related_name="+", db_index=False
    )
    # The file that brought it, where no rule earned it.
    opening = models.ForeignKey(
        Opening, models.PROTECT, null=True, related_name="+", db_index=False
    )
    # What earned it, once per rule: "t:<row>", "e:<row>", "deals:<customer>:<from>"; what a
    # file brought, once at all: "o:<customer>:<currency>:<last day>".
    source = models.CharField(max_length=120, blank=True)
    ref = models.CharField(max_length=80, blank=True)  # the order, as a refund names it
    amount = models.BigIntegerField(null=True)  # minor units of what earned it
    issued_on = models.DateField()  # its month is its cohort, wherever it goes
    available_on = models.DateField()
    expires_on = models.DateField(null=True)  # the last day
    points = models.BigIntegerField(default=0)
    pending = models.BigIntegerField(default=0)
    active = models.BigIntegerField(default=0)
    spent = models.BigIntegerField(default=0)
    expired = models.BigIntegerField(default=0)
    reversed = models.BigIntegerField(default=0)
    paid = models.BigIntegerField(default=0)  # to what was owed
    moved = models.BigIntegerField(default=0)  # to another account; below zero: from one
    adjusted = models.BigIntegerField(default=0)
    short = models.BigIntegerField(default=0)  # taken back when it was spent already

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["rule", "source"], condition=~Q(source=""), name="earned_once"
            ),
            models.UniqueConstraint(
                fields=["source"],
                condition=Q(opening__isnull=False) & ~Q(source=""),
                name="brought_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    pending__gte=0,
                    active__gte=0,
                    spent__gte=0,
                    expired__gte=0,
                    reversed__gte=0,
                    paid__gte=0,
                    adjusted__gte=0,
                    short__gte=0,
                ),
                name="a_lot_is_never_negative",
            ),
            models.CheckConstraint(
                condition=Q(
                    points=models.F("pending")
                    + models.F("active")
                    + models.F("spent")
                    + models.F("expired")
                    + models.F("reversed")
                    + models.F("paid")
                    + models.F("moved")
                    + models.F("adjusted")
                ),
                name="every_point_of_a_lot_is_somewhere",
            ),
        ]
        indexes = [
            # Not by what is left: a lot is spent from many times, and no index follows that.
            models.Index(fields=["account", "expires_on", "id"], name="lots_of_an_account"),
            models.Index(fields=["expires_on"], name="lots_by_last_day"),
            models.Index(fields=["available_on"], name="lots_by_first_day"),
            models.Index(fields=["ref"], condition=~Q(ref=""), name="lots_by_order"),
            models.Index(
                fields=["opening"], condition=Q(opening__isnull=False), name="lots_of_a_file"
            ),
        ]


class Entry(models.Model):
    """Points go from one place to another. Rows are added, never changed."""

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="entries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="entries", db_index=False)
    lot = models.ForeignKey(Lot, models.PROTECT, null=True, related_name="entries")
    source = models.CharField(max_length=8)
    target = models.CharField(max_length=8)
    points = models.BigIntegerField()
    day = models.DateField()
    until = models.DateField(null=True)  # the lot lasts at least so long from now on
    written_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1), name="an_entry_moves_points"),
            models.CheckConstraint(
                condition=Q(source__in=PLACES, target__in=PLACES), name="an_entry_has_places"
            ),
        ]
        indexes = [models.Index(fields=["account", "day", "id"], name="entries_of_an_account")]

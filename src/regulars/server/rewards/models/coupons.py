"""Coupons: kinds in versions, batches of codes, each code, its one redemption."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Movement
from regulars.server.rewards.models.settings import Condition


class CouponKind(models.Model):
    """One version of one kind of coupon. Its terms stay: what was issued keeps them."""

    class What(models.TextChoices):
        VALUE = "value", pgettext_lazy("coupon", "An amount off")
        PERCENT = "percent", pgettext_lazy("coupon", "A share off")
        THING = "thing", pgettext_lazy("coupon", "A thing or a service")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.CharField(max_length=40)  # its versions share it
    version = models.PositiveIntegerField(default=1)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    what = models.CharField(max_length=7, choices=What.choices)
    value = models.DecimalField(max_digits=12, decimal_places=2, null=True)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    least = models.DecimalField(max_digits=12, decimal_places=2, default=Decimal(0))
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2)  # to us, redeemed
    points = models.PositiveIntegerField(null=True)  # its price; None: not sold for points
    condition = models.CharField(max_length=16, choices=Condition.choices)
    days = models.PositiveSmallIntegerField(null=True)  # taken so long after it was issued,
    until = models.DateField(null=True)  # or until a day, its last
    terms = models.CharField(max_length=400, blank=True)
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)  # the first day on which none is issued
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="a_kind_of_coupon_once"),
            models.CheckConstraint(
                condition=Q(what="value", value__gt=0, percent__isnull=True)
                | Q(what="percent", value__isnull=True, percent__gt=0, percent__lte=100)
                | Q(what="thing", value__isnull=True, percent__isnull=True),
                name="a_coupon_says_what_it_is_worth",
            ),
            models.CheckConstraint(
                condition=Q(days__gte=1, until__isnull=True)
                | Q(days__isnull=True, until__isnull=False),
                name="a_coupon_ends_in_one_way",
            ),
            models.CheckConstraint(
                condition=Q(unit_cost__gte=0, least__gte=0), name="a_coupon_costs_us"
            ),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=1),
                name="a_coupon_has_a_price_or_none",
            ),
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="a_kind_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Batch(models.Model):
    """So many codes of one kind, and no more. The database counts them (migrations/0002)."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.ForeignKey(CouponKind, models.PROTECT, related_name="batches")
    name = models.CharField(max_length=80)
    size = models.PositiveIntegerField()
    per_customer = models.PositiveSmallIntegerField(default=1)  # 0: without limit
    is_bearer = models.BooleanField(default=False)  # on paper, for whoever brings it
    made = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    printed_at = models.DateTimeField(null=True)  # codes on paper: since then they are out
    closed_at = models.DateTimeField(null=True)  # none of it is issued any more

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(size__gte=1, size__lte=100_000), name="a_batch_has_a_size"
            ),
            models.CheckConstraint(
                condition=Q(made__lte=F("size")), name="a_batch_makes_no_more_than_its_size"
            ),
            models.CheckConstraint(
                condition=Q(issued__lte=F("size")), name="a_batch_issues_no_more_than_its_size"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouponQuerySet(models.QuerySet["Coupon"]):
    def visible_to(self, viewer: Person) -> CouponQuerySet:
        """Keep those of the viewer's customers; codes without one are everybody's."""
        if viewer.scope.everything:
            return self
        return self.filter(Q(customer__isnull=True) | Q(customer__book__in=viewer.scope.books))

    def over(self, before: datetime) -> CouponQuerySet:
        """Keep those that ended before a moment and still name their customer."""
        ended = self.filter(state__in=("redeemed", "expired", "void"), ended_at__lt=before)
        return ended.filter(customer__isnull=False)


class Coupon(models.Model):
    """One code. Where it has gone it stays: see migrations/0002."""

    class State(models.TextChoices):
        FREE = "free", pgettext_lazy("coupon", "Not issued")
        ISSUED = "issued", pgettext_lazy("coupon", "Issued")
        REDEEMED = "redeemed", pgettext_lazy("coupon", "Redeemed")
        EXPIRED = "expired", pgettext_lazy("coupon", "Expired")
        VOID = "void", pgettext_lazy("coupon", "Void")

    class Source(models.TextChoices):
        HAND = "hand", pgettext_lazy("coupon", "By hand")
        API = "api", _("API")
        POINTS = "points", pgettext_lazy("coupon", "For points")
        MANY = "many", pgettext_lazy("coupon", "To a segment")
        THANKS = "thanks", pgettext_lazy("coupon", "For a referral")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="coupons", db_index=False)
    code = models.CharField(max_length=12, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.FREE)
    customer = models.ForeignKey(Customer, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)  # of the customer's tier then
    source = models.CharField(max_length=6, choices=Source.choices, blank=True)
    key = models.CharField(max_length=120, blank=True)  # of the request that issued it
    issued_at = models.DateTimeField(null=True)
    issued_on = models.DateField(null=True)
    issued_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    expires_on = models.DateField(null=True)  # the last day
    movement = models.ForeignKey(Movement, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)
    ended_because = models.CharField(max_length=200, blank=True)

    objects = CouponQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=~Q(key=""), name="issued_once_under_a_key"
            ),
            models.CheckConstraint(
                condition=~Q(state="free") | Q(customer__isnull=True, issued_at__isnull=True),
                name="a_free_code_is_nobodys",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("issued", "redeemed")) | Q(expires_on__isnull=False),
                name="an_issued_coupon_ends_some_day",
            ),
            models.CheckConstraint(
                condition=~Q(state="issued") | Q(customer__isnull=False),
                name="an_issued_coupon_is_somebodys",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "state", "id"], name="coupons_of_a_batch"),
            models.Index(
                fields=["expires_on"], condition=Q(state__in=("issued", "free")),
                name="coupons_that_end",
            ),
        ]  # fmt: skip


class RedemptionQuerySet(models.QuerySet["Redemption"]):
    def standing(self) -> RedemptionQuerySet:
        """Leave out what was taken back."""
        return self.filter(undoing__isnull=True)


class Redemption(models.Model):
    """A coupon was taken. Rows are added, never changed; one that stands to a coupon."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    coupon = models.ForeignKey(Coupon, models.PROTECT, related_name="redemptions")
    # Who asks twice under one key gets the first answer; the print tells another request.
    key = models.CharField(max_length=120, unique=True)
    print = models.CharField(max_length=64)
    answer = models.JSONField()
    amount = models.DecimalField(max_digits=14, decimal_places=2, null=True)  # of what was paid
    cost = models.DecimalField(max_digits=12, decimal_places=2)
    ref = models.CharField(max_length=80, blank=True)
    place = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField(db_index=True)

    objects = RedemptionQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(cost__gte=0), name="a_redemption_costs_us")
        ]

    @property
    def is_undone(self) -> bool:
        return hasattr(self, "undoing")


class Undoing(models.Model):
    """A redemption was taken back, the same day; the coupon is good again. Rows are added."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    redemption = models.OneToOneField(Redemption, models.PROTECT, related_name="undoing")
    reason = models.CharField(max_length=200)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    on = models.DateField()

    class Meta:
        ordering = ["-pk"]

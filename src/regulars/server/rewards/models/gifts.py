"""Gifts: what there is, where it lies, who got it, and their signature."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models import Movement
from regulars.server.rewards.models.settings import Condition

MOST = 40_000  # bytes of a signature: a drawing of 600 by 240 points has less


class Gift(models.Model):
    """One thing of the catalogue."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    unit_cost = models.DecimalField(max_digits=12, decimal_places=2)
    points = models.PositiveIntegerField(null=True)  # its price; None: not sold for points
    condition = models.CharField(max_length=16, choices=Condition.choices)
    note = models.CharField(max_length=200, blank=True)
    is_offered = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=Q(unit_cost__gte=0), name="a_gift_costs_us"),
            models.CheckConstraint(
                condition=Q(points__isnull=True) | Q(points__gte=1),
                name="a_gift_has_a_price_or_none",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Stock(models.Model):
    """How many of a gift lie at a place: the sum of its moves, kept by the database."""

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="stocks")
    place = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    held = models.IntegerField(default=0)

    class Meta:
        ordering = ["gift", "place"]
        constraints = [
            models.UniqueConstraint(fields=["gift", "place"], name="a_stock_of_a_place"),
            models.CheckConstraint(condition=Q(held__gte=0), name="stock_is_never_below_zero"),
        ]


class PresentQuerySet(models.QuerySet["Present"]):
    def visible_to(self, viewer: Person) -> PresentQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def costing(self) -> PresentQuerySet:
        """What was handed over, without what lies on its shelf again."""
        return self.filter(handed_at__isnull=False).exclude(state="returned", is_lost=False)


class Present(models.Model):
    """A gift for one customer, from the request to the signature."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("gift", "Waits for approval")
        APPROVED = "approved", pgettext_lazy("gift", "To hand over")
        HANDED = "handed", pgettext_lazy("gift", "On its way")
        RECEIVED = "received", pgettext_lazy("gift", "Received")
        REFUSED = "refused", pgettext_lazy("gift", "Refused")
        WITHDRAWN = "withdrawn", pgettext_lazy("gift", "Withdrawn")
        RETURNED = "returned", pgettext_lazy("gift", "Came back")

    class Occasion(models.TextChoices):
        BIRTHDAY = "birthday", pgettext_lazy("occasion", "Birthday")
        FESTIVAL = "festival", pgettext_lazy("occasion", "Festival")
        ANNIVERSARY = "anniversary", pgettext_lazy("occasion", "Anniversary with us")
        THANKS = "thanks", pgettext_lazy("occasion", "Thanks for a recommendation")
        APOLOGY = "apology", pgettext_lazy("occasion", "Apology")
        LIFE = "life", pgettext_lazy("occasion", "Wedding, birth, moving house")
        VISIT = "visit", pgettext_lazy("occasion", "Visit or salon")
        SURPRISE = "surprise", pgettext_lazy("occasion", "None: a small surprise")
        DEPOSIT = "deposit", pgettext_lazy("occasion", "A deposit or its balance")
        POINTS = "points", pgettext_lazy("occasion", "For points")

    LIVE = (State.WAITING, State.APPROVED, State.HANDED, State.RECEIVED)

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    gift = models.ForeignKey(Gift, models.PROTECT, related_name="presents")
    place = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    occasion = models.CharField(max_length=11, choices=Occasion.choices)
    reason = models.CharField(max_length=200)
    cost = models.DecimalField(max_digits=12, decimal_places=2)  # as it was then
    points = models.PositiveIntegerField(null=True)  # its price then; None: not paid for
    movement = models.ForeignKey(Movement, models.PROTECT, null=True, related_name="+")
    level = models.PositiveSmallIntegerField(null=True)  # of the customer's tier then
    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=9, choices=State.choices)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    asked_on = models.DateField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    decided_on = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    handed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField(null=True)
    returned_at = models.DateTimeField(null=True)
    returned_because = models.CharField(max_length=200, blank=True)
    is_lost = models.BooleanField(default=False)  # came back never or spoilt: it has its cost

    objects = PresentQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state="received")
                | Q(handed_at__isnull=False, received_at__isnull=False),
                name="what_was_received_was_handed_over",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(decided_by=models.F("asked_by")),
                name="nobody_approves_the_own_gift",
            ),
            models.CheckConstraint(condition=Q(cost__gte=0), name="a_present_costs_us"),
            models.CheckConstraint(
                condition=Q(occasion="points", points__isnull=False, points__gte=1)
                | ~Q(occasion="points") & Q(points__isnull=True, movement__isnull=True),
                name="a_present_for_points_has_a_price",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "asked_on"], name="presents_of_a_customer"),
            models.Index(
                fields=["state"], condition=Q(state__in=("waiting", "approved", "handed")),
                name="presents_under_way",
            ),
        ]  # fmt: skip


class StockMove(models.Model):
    """Something came, went or was counted. Rows are added, never changed."""

    class Why(models.TextChoices):
        ARRIVED = "arrived", pgettext_lazy("stock", "Arrived")
        COUNTED = "counted", pgettext_lazy("stock", "Counted anew")
        RESERVED = "reserved", pgettext_lazy("stock", "Set aside for a customer")
        RETURNED = "returned", pgettext_lazy("stock", "Back on the shelf")

    gift = models.ForeignKey(Gift, models.PROTECT, related_name="moves")
    place = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    change = models.IntegerField()
    why = models.CharField(max_length=8, choices=Why.choices)
    present = models.ForeignKey(Present, models.PROTECT, null=True, related_name="+")
    note = models.CharField(max_length=120, blank=True)
    by = models.CharField(max_length=80)  # as the audit trail names actors
    at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(change=0), name="a_move_of_stock_moves"),
            # Set aside once, and given back once, whoever asks.
            models.UniqueConstraint(
                fields=["present", "why"], condition=Q(present__isnull=False),
                name="a_present_moves_stock_once",
            ),
        ]  # fmt: skip


class Signature(models.Model):
    """What the customer drew or typed when it was handed over."""

    present = models.OneToOneField(Present, models.CASCADE, related_name="signature")
    png = models.BinaryField(blank=True, default=bytes)
    typed = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("signature")

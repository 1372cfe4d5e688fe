"""Who collects, and what waits for a second person."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.loyalty.models.ledger import Movement
from regulars.server.loyalty.models.openings import Opening


class MembershipQuerySet(models.QuerySet["Membership"]):
    def visible_to(self, viewer: Person) -> MembershipQuerySet:
        """Keep the members among the customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> MembershipQuerySet:
        return self.filter(left_on__isnull=True)


class Membership(models.Model):
    """One customer in the programme, from a day on."""

    class Source(models.TextChoices):
        PAGE = "page", _("Customer page")
        API = "api", _("API")
        RULE = "rule", _("By itself")
        FILE = "file", pgettext_lazy("membership", "File")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.PROTECT, related_name="+")
    number = models.CharField(max_length=24, unique=True)  # its last digit checks the others
    source = models.CharField(max_length=4, choices=Source.choices)
    joined_on = models.DateField()
    # What happened from this day on earns; before it another programme counted.
    earns_from = models.DateField(null=True)
    opening = models.ForeignKey(Opening, models.PROTECT, null=True, related_name="+")
    joined_at = models.DateTimeField()
    joined_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    level = models.CharField(max_length=24, blank=True)
    level_since = models.DateField(null=True)
    level_until = models.DateField(null=True)  # kept at least so long, its last day
    left_on = models.DateField(null=True)
    left_because = models.CharField(max_length=200, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(left_on__isnull=True),
                name="a_member_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("joined_on")),
                name="nobody_leaves_before_joining",
            ),
        ]


class Wish(models.Model):
    """Points that somebody wants to move by hand: booked at once, or by a second person."""

    class Kind(models.TextChoices):
        REDEEM = "redeem", _("Redeem")
        CREDIT = "credit", pgettext_lazy("wish", "Credit")
        DEBIT = "debit", _("Debit")
        LEAVE = "leave", _("Leave the programme")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("wish", "Waits for approval")
        BOOKED = "booked", pgettext_lazy("wish", "Booked")
        DECLINED = "declined", pgettext_lazy("wish", "Declined")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=6, choices=Kind.choices)
    points = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    key = models.CharField(max_length=80, unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.WAITING)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=200, blank=True)
    movement = models.ForeignKey(Movement, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(points__gte=1), name="a_wish_moves_points"),
            models.CheckConstraint(
                condition=Q(state="booked", movement__isnull=False)
                | ~Q(state="booked") & Q(movement__isnull=True),
                name="what_is_booked_has_its_movement",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | Q(asked_by__isnull=True)
                | ~Q(decided_by=models.F("asked_by")),
                name="nobody_approves_the_own_wish",
            ),
        ]
        indexes = [
            models.Index(
                fields=["asked_at"], condition=Q(state="waiting"), name="wishes_that_wait"
            )
        ]

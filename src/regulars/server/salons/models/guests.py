"""Who is on the list of a salon, what they answered, and what came of it."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q, Sum
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.channels.models import Touch
from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.salons.models.salons import Salon


class GuestQuerySet(models.QuerySet["Guest"]):
    def visible_to(self, viewer: Person) -> GuestQuerySet:
        """Keep the customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> GuestQuerySet:
        """Leave out rows of merged files for which another one stands."""
        return self.exclude(state=Guest.State.MERGED)

    def seated(self) -> GuestQuerySet:
        return self.filter(state__in=Guest.SEATED)

    def seats(self) -> int:
        return int(self.order_by().aggregate(n=Sum("seats"))["n"] or 0)


class Guest(models.Model):
    """One customer on the list of one salon."""

    class State(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("guest", "Proposed")
        HELD_OUT = "held_out", pgettext_lazy("guest", "Left out by lot")
        INVITED = "invited", pgettext_lazy("guest", "Invited")
        ACCEPTED = "accepted", pgettext_lazy("guest", "Accepted")
        DECLINED = "declined", pgettext_lazy("guest", "Declined")
        WAITING = "waiting", pgettext_lazy("guest", "On the waiting list")
        CAME = "came", pgettext_lazy("guest", "Came")
        MISSED = "missed", pgettext_lazy("guest", "Did not come")
        CANCELLED = "cancelled", pgettext_lazy("guest", "Called off")
        MERGED = "merged", pgettext_lazy("guest", "One file with another guest")

    class Source(models.TextChoices):
        PROPOSED = "proposed", pgettext_lazy("guest", "Proposed from the group")
        HAND = "hand", pgettext_lazy("guest", "Added by hand")
        FRIEND = "friend", pgettext_lazy("guest", "Brought by a guest")
        WALK_IN = "walk_in", pgettext_lazy("guest", "Walked in")

    class Way(models.TextChoices):
        MESSAGE = "message", pgettext_lazy("invitation to a salon", "By message")
        MANAGER = "manager", pgettext_lazy("invitation to a salon", "By the manager")

    SEATED = (State.ACCEPTED, State.CAME)
    ASKED = (
        State.INVITED, State.ACCEPTED, State.DECLINED, State.WAITING, State.CAME,
        State.MISSED, State.CANCELLED,
    )  # fmt: skip
    ANSWERS = (State.INVITED, State.ACCEPTED, State.DECLINED, State.WAITING)

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    salon = models.ForeignKey(Salon, models.CASCADE, related_name="guests")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.PROPOSED)
    source = models.CharField(max_length=8, choices=Source.choices)
    way = models.CharField(max_length=7, choices=Way.choices, blank=True)
    position = models.PositiveIntegerField(default=0)  # in the proposed list
    seats = models.PositiveSmallIntegerField(default=1)  # with whom they bring
    brought_by = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="friends"
    )
    # Two files of one customer had a row each: the one that stands for both.
    merged_into = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="+"
    )
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    invited_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answered_to = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    wish = models.CharField(max_length=200, blank=True)  # what they would like to hear, eat ...
    moved_up_at = models.DateTimeField(null=True)  # from the waiting list
    told_at = models.DateTimeField(null=True)  # that they have a seat now
    reminded_at = models.DateTimeField(null=True)  # days before
    reminded_again_at = models.DateTimeField(null=True)  # the day before
    came_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    checks = models.PositiveSmallIntegerField(default=0)
    touch = models.ForeignKey(Touch, models.SET_NULL, null=True, related_name="+")
    took_part = ArrayField(models.BigIntegerField(), default=list, blank=True)
    # What they said of it, and what they want to hear more of.
    rating = models.PositiveSmallIntegerField(null=True)
    again = models.BooleanField(null=True)
    words = models.CharField(max_length=500, blank=True)
    interests = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    said_at = models.DateTimeField(null=True)
    followed_at = models.DateTimeField(null=True)

    objects = GuestQuerySet.as_manager()

    class Meta:
        ordering = ["salon", "position", "pk"]
        verbose_name = _("guest of a salon")
        constraints = [
            models.UniqueConstraint(
                fields=["salon", "customer"],
                condition=~Q(state="merged"),
                name="nobody_is_twice_on_a_list_of_guests",
            ),
            models.CheckConstraint(
                condition=Q(seats__gte=1, seats__lte=6), name="a_guest_has_seats"
            ),
            models.CheckConstraint(
                condition=Q(state="merged")
                | Q(state="came", came_at__isnull=False)
                | ~Q(state="came") & Q(came_at__isnull=True),
                name="who_came_did_so_at_a_moment",
            ),
            models.CheckConstraint(
                condition=Q(rating__isnull=True) | Q(rating__range=(1, 5)),
                name="a_guest_rates_from_one_to_five",
            ),
            models.CheckConstraint(
                condition=~Q(state="held_out") | Q(source="proposed", invited_at__isnull=True),
                name="who_is_left_out_was_not_invited",
            ),
        ]
        indexes = [
            models.Index(fields=["customer", "-invited_at"], name="salons_of_a_customer"),
            models.Index(fields=["salon", "state"], name="guests_by_state"),
        ]

    def __str__(self) -> str:
        return str(self.customer)

    @property
    def is_seated(self) -> bool:
        return self.state in self.SEATED

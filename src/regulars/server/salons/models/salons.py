"""Kinds, salons, what guests do there, and what it costs. No table here names a customer."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, local_name, public_id
from regulars.server.experiments.models import Experiment


class Kind(models.Model):
    """A kind of salon: what it is for, and what is usual with it."""

    code = models.CharField(max_length=20, unique=True)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    about = models.CharField(max_length=200, blank=True)
    about_en = models.CharField(max_length=200, blank=True)
    friends = models.PositiveSmallIntegerField(default=0)  # whom a guest may bring along
    is_course = models.BooleanField(default=False)  # attendance is a benefit
    position = models.PositiveSmallIntegerField(default=0)
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_kind_of_salon_has_a_name"),
            models.CheckConstraint(
                condition=Q(friends__lte=5), name="a_guest_brings_five_at_most"
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def lead(self) -> str:
        return local_name(self.about, self.about_en)


class SalonQuerySet(models.QuerySet["Salon"]):
    def open_to(self, viewer: Person) -> SalonQuerySet:
        """Keep those of the viewer's place, of what is below it and of what is above."""
        if viewer.scope.everything:
            return self
        path = viewer.org_unit.path
        above = [int(pk) for pk in path.strip("/").split("/") if pk]
        return self.filter(Q(branch__path__startswith=path) | Q(branch__in=above))


class Salon(models.Model):
    """One salon: for whom, when, where, how many, and how far it is."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("salon", "Draft")
        INVITING = "inviting", pgettext_lazy("salon", "Inviting")
        OVER = "over", pgettext_lazy("salon", "Over")
        SETTLED = "settled", pgettext_lazy("salon", "Settled")
        CANCELLED = "cancelled", pgettext_lazy("salon", "Cancelled")

    LIVE = (State.DRAFT, State.INVITING)
    HELD = (State.OVER, State.SETTLED)

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.ForeignKey(Kind, models.PROTECT, related_name="salons")
    theme = models.CharField(max_length=80)
    theme_en = models.CharField(max_length=120, blank=True)
    about = models.CharField(max_length=500, blank=True)  # what guests read of it
    about_en = models.CharField(max_length=500, blank=True)
    offer = models.CharField(max_length=300, blank=True)  # for the group, on the day
    offer_en = models.CharField(max_length=300, blank=True)
    # The audience: a segment by its public id.
    segment = models.CharField(max_length=12, blank=True)
    audience = models.CharField(max_length=120, blank=True)  # its name when it was drawn
    branch = models.ForeignKey(OrgUnit, models.PROTECT, related_name="+")
    host = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    place = models.CharField(max_length=120, blank=True)
    place_en = models.CharField(max_length=160, blank=True)
    begins_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    answer_by = models.DateTimeField()  # until then guests change their mind by themselves
    capacity = models.PositiveSmallIntegerField()
    taken = models.PositiveSmallIntegerField(default=0)  # seats, kept by whoever seats
    friends = models.PositiveSmallIntegerField(default=0)
    rest_days = models.PositiveSmallIntegerField(default=60)
    assumed_rate = models.FloatField(null=True)  # of the invited who come; else as it was
    held_out = models.FloatField(default=0.10)
    outcome = models.CharField(max_length=9, choices=Experiment.Outcome.choices)
    effect_days = models.PositiveSmallIntegerField(default=60)  # after the day
    # Approved messages by their code; without one managers invite by themselves.
    invitation = models.CharField(max_length=60, blank=True)
    reminder = models.CharField(max_length=60, blank=True)
    seat_message = models.CharField(max_length=60, blank=True)
    remind_days = models.PositiveSmallIntegerField(default=3)  # and once more the day before
    # What guests may tick that they want to hear more of.
    products = ArrayField(models.CharField(max_length=64), default=list, blank=True)
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    cancelled_why = models.CharField(max_length=200, blank=True)
    experiment = models.OneToOneField(
        Experiment, models.SET_NULL, null=True, related_name="salon"
    )
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    opened_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)  # over, or cancelled
    settled_at = models.DateTimeField(null=True)
    learned = models.CharField(max_length=500, blank=True)  # what to do again, and what not

    objects = SalonQuerySet.as_manager()

    class Meta:
        ordering = ["-begins_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(theme=""), name="a_salon_has_a_theme"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("begins_at")), name="a_salon_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=Q(answer_by__lte=F("begins_at")), name="answers_come_before_a_salon"
            ),
            models.CheckConstraint(
                condition=Q(capacity__gte=1, taken__lte=F("capacity")),
                name="a_salon_seats_no_more_than_it_can",
            ),
            models.CheckConstraint(
                condition=Q(held_out__gte=0, held_out__lte=0.5),
                name="a_salon_leaves_out_half_at_most",
            ),
            models.CheckConstraint(
                condition=Q(assumed_rate__isnull=True)
                | Q(assumed_rate__gt=0, assumed_rate__lte=1),
                name="a_rate_of_guests_is_a_share",
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_why=""),
                name="a_cancelled_salon_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "cancelled"]) | Q(opened_at__isnull=False),
                name="a_salon_was_opened_at_a_moment",
            ),
        ]
        indexes = [models.Index(fields=["state", "begins_at"], name="salons_by_day")]

    def __str__(self) -> str:
        return local_name(self.theme, self.theme_en)

    @property
    def where(self) -> str:
        return local_name(self.place, self.place_en)

    @property
    def lead(self) -> str:
        return local_name(self.about, self.about_en)

    @property
    def for_the_group(self) -> str:
        return local_name(self.offer, self.offer_en)

    @property
    def free(self) -> int:
        return max(0, self.capacity - self.taken)

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE

    @property
    def source(self) -> str:
        """The source of the experiment that measures it, and the signal of what it brings."""
        return f"salon:{self.public_id}"


class Part(models.Model):
    """One part of the activity sheet: what happens, for how long, and whether guests do it."""

    salon = models.ForeignKey(Salon, models.CASCADE, related_name="parts")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    what = models.CharField(max_length=120)
    what_en = models.CharField(max_length=160, blank=True)
    leads = models.CharField(max_length=60, blank=True)
    material = models.CharField(max_length=160, blank=True)
    takes_part = models.BooleanField(default=False)  # guests do something themselves

    class Meta:
        ordering = ["salon", "position", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="a_part_says_what_happens"),
            models.CheckConstraint(
                condition=Q(minutes__gte=1, minutes__lte=480), name="a_part_takes_minutes"
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.what, self.what_en)


class Cost(models.Model):
    """One line of the budget, and what it came to."""

    salon = models.ForeignKey(Salon, models.CASCADE, related_name="costs")
    what = models.CharField(max_length=80)
    planned = models.DecimalField(max_digits=12, decimal_places=2, default=0)
    actual = models.DecimalField(max_digits=12, decimal_places=2, null=True)

    class Meta:
        ordering = ["salon", "pk"]
        verbose_name = _("cost of a salon")
        constraints = [
            models.CheckConstraint(condition=~Q(what=""), name="a_cost_says_what_for"),
            models.CheckConstraint(
                condition=Q(planned__gte=0) & (Q(actual__isnull=True) | Q(actual__gte=0)),
                name="a_cost_of_a_salon_is_not_negative",
            ),
        ]

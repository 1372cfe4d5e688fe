"""Festivals, their plans year by year, what is to be done, and who was wished."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.festivals.rules import Rule
from regulars.server.rewards.models import Gift
from regulars.server.segments.models import Segment


class Festival(models.Model):
    """A day that comes every year by a rule, and whether anybody is wished on it."""

    class By(models.TextChoices):
        SOLAR = "solar", _("Day of the solar calendar")
        LUNAR = "lunar", _("Day of the lunar calendar")
        TERM = "term", _("Solar term")
        WEEKDAY = "weekday", _("Nth weekday of a month")

    class Whom(models.TextChoices):
        ALL = "all", pgettext_lazy("festival", "Everybody")
        WOMEN = "women", _("Women")
        MEN = "men", _("Men")
        ELDERLY = "elderly", _("People of 60 and older")

    code = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60)
    name_en = models.CharField(max_length=60, blank=True)
    comes = models.CharField(max_length=7, choices=By.choices)
    month = models.PositiveSmallIntegerField(default=0)
    day = models.PositiveSmallIntegerField(default=0)
    term = models.CharField(max_length=4, blank=True)
    weekday = models.PositiveSmallIntegerField(default=0)
    nth = models.SmallIntegerField(default=0)
    wish = models.BooleanField(default=True)  # not on days on which the dead are remembered
    whom = models.CharField(max_length=7, choices=Whom.choices, default=Whom.ALL)
    place = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")  # null: all
    is_on = models.BooleanField(default=True)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_festival_has_a_name"),
            models.CheckConstraint(
                condition=Q(
                    comes__in=["solar", "lunar"], month__range=(1, 12), day__range=(1, 31)
                )
                | Q(comes="term") & ~Q(term="")
                | Q(comes="weekday", month__range=(1, 12), weekday__lte=6) & ~Q(nth=0),
                name="a_festival_comes_by_a_rule",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def rule(self) -> Rule:
        return Rule(self.comes, self.month, self.day, self.term, self.weekday, self.nth)


class Plan(models.Model):
    """What is done for one festival in one year."""

    class State(models.TextChoices):
        PREPARED = "prepared", pgettext_lazy("festival", "Being prepared")
        DECIDED = "decided", pgettext_lazy("festival", "Decided")
        DONE = "done", pgettext_lazy("festival", "Over")
        SKIPPED = "skipped", pgettext_lazy("festival", "Nothing this year")

    class Way(models.TextChoices):
        MESSAGE = "message", _("A message; managers wish the upper tiers themselves")
        MANAGER = "manager", _("Managers wish the upper tiers; nobody else is wished")
        NONE = "none", _("Nobody is wished")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    festival = models.ForeignKey(Festival, models.PROTECT, related_name="plans")
    on = models.DateField()
    state = models.CharField(max_length=8, choices=State.choices, default=State.PREPARED)
    why = models.CharField(max_length=200, blank=True)  # nothing is done this year
    idea = models.CharField(max_length=40, blank=True)  # code of the library
    activity = models.TextField(blank=True)  # what customers can take part in
    activity_on = models.DateField(null=True)
    activity_url = models.URLField(max_length=400, blank=True)  # of the salon, of a form
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+")
    way = models.CharField(max_length=7, choices=Way.choices, default=Way.MESSAGE)
    message = models.CharField(max_length=80, blank=True)  # code of an approved message
    levels = ArrayField(models.PositiveSmallIntegerField(), default=list)  # managers' own
    gift = models.ForeignKey(Gift, models.PROTECT, null=True, related_name="+")
    gift_levels = ArrayField(models.PositiveSmallIntegerField(), default=list)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    note = models.TextField(blank=True)  # what came of it, for the next year
    made_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    made_at = models.DateTimeField()
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)  # the message was laid down

    class Meta:
        ordering = ["-on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["festival", "on"], name="one_plan_for_each_festival"
            ),
            models.CheckConstraint(
                condition=~Q(state="skipped") | ~Q(why=""), name="who_does_nothing_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="decided") | Q(decided_at__isnull=False),
                name="what_is_decided_was_decided",
            ),
        ]
        indexes = [models.Index(fields=["on"], name="festival_plans_by_day")]

    def __str__(self) -> str:
        return f"{self.festival} {self.on.year}"

    @property
    def key(self) -> str:
        """Under which its message goes out, once."""
        return f"festival:{self.festival.code}:{self.on.isoformat()}"


class Task(models.Model):
    """One thing to be done before a festival, by its day."""

    plan = models.ForeignKey(Plan, models.CASCADE, related_name="tasks")
    code = models.CharField(max_length=12, blank=True)  # of those in every plan
    title = models.CharField(max_length=200, blank=True)  # of one's own
    due_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["plan", "code"],
                condition=~Q(code=""),
                name="a_task_stands_once_in_a_plan",
            ),
            models.CheckConstraint(
                condition=~Q(code="") | ~Q(title=""), name="a_festival_task_says_what"
            ),
        ]


class WishQuerySet(models.QuerySet["Wish"]):
    def visible_to(self, viewer: Person) -> WishQuerySet:
        """Keep wishes to customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Wish(models.Model):
    """That a customer is wished by the message of a plan: nobody else wishes them then."""

    plan = models.ForeignKey(Plan, models.PROTECT, related_name="wishes")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    objects = WishQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "plan"], name="one_wish_a_festival")
        ]

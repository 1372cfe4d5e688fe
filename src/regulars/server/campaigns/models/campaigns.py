"""A campaign as it is planned: what, for whom, by which ways, when, and who does what."""

from __future__ import annotations

from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.campaigns.rules import CALLS
from regulars.server.core.models import Job, Person, local_name, public_id
from regulars.server.experiments.models import Experiment
from regulars.server.scoring.models import Run
from regulars.server.segments.models import Segment


class Campaign(models.Model):
    """What is done for one purpose, from a draft to its result."""

    class State(models.TextChoices):
        DRAFT = "draft", pgettext_lazy("campaign", "Draft")
        WAITING = "waiting", pgettext_lazy("campaign", "Waiting for approval")
        APPROVED = "approved", pgettext_lazy("campaign", "Approved")
        RUNNING = "running", pgettext_lazy("campaign", "Running")
        PAUSED = "paused", pgettext_lazy("campaign", "Paused")
        DONE = "done", pgettext_lazy("campaign", "Finished")
        STOPPED = "stopped", pgettext_lazy("campaign", "Stopped")

    class Purpose(models.TextChoices):
        MARKETING = "marketing", pgettext_lazy("campaign", "Marketing")
        GREETING = "greeting", pgettext_lazy("campaign", "Greeting")
        SERVICE = "service", pgettext_lazy("campaign", "Service notice")

    class Audience(models.TextChoices):
        SEGMENT = "segment", _("A segment or a group")
        AGAIN = "again", _("The people of an earlier campaign")

    class Offer(models.TextChoices):
        NOTHING = "", pgettext_lazy("offer", "No offer")
        PRODUCT = "product", pgettext_lazy("offer", "A product")
        BUNDLE = "bundle", pgettext_lazy("offer", "A bundle")
        COUPON = "coupon", pgettext_lazy("offer", "A coupon")
        WORDS = "words", pgettext_lazy("offer", "Something else, in words")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    goal = models.CharField(max_length=300, blank=True)  # in words: what is to be better
    outcome = models.CharField(
        max_length=9, choices=Experiment.Outcome.choices, default=Experiment.Outcome.BOUGHT
    )
    window_days = models.PositiveSmallIntegerField(default=30)
    purpose = models.CharField(max_length=9, choices=Purpose.choices, default=Purpose.MARKETING)
    audience = models.CharField(
        max_length=7, choices=Audience.choices, default=Audience.SEGMENT
    )
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+")
    holdout = models.FloatField(default=0.10)  # the share that is left alone
    b_share = models.FloatField(default=0.0)  # of those who are reached: who gets wording B
    keep_arms = models.BooleanField(default=False)  # of the earlier campaign, not drawn anew
    offer = models.CharField(max_length=7, choices=Offer.choices, blank=True, default="")
    offer_code = models.CharField(max_length=60, blank=True)
    offer_words = models.CharField(max_length=300, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, related_name="+")
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)  # its last day
    budget = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    fixed_cost = models.DecimalField(max_digits=14, decimal_places=2, default=Decimal(0))
    cost_each = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(0))
    margin = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    why = models.CharField(max_length=300, blank=True)  # it is held, stopped or sent back
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="later")
    authors = ArrayField(models.BigIntegerField(), default=list)  # who had a hand in it
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    approved_at = models.DateTimeField(null=True)
    launched_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    launched_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")  # that launches
    # What the audience was frozen from: the rule as people read it, its version, the data.
    rule = models.JSONField(default=dict)  # {"zh": ..., "en": ...}
    rule_version = models.CharField(max_length=40, blank=True)  # "k3f9…@4"
    data_version = models.CharField(max_length=60, blank=True)
    run = models.ForeignKey(Run, models.SET_NULL, null=True, related_name="+")
    experiment = models.ForeignKey(
        Experiment, models.PROTECT, null=True, related_name="campaigns"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_campaign_has_a_name"),
            models.CheckConstraint(
                condition=Q(holdout__gte=0, holdout__lte=0.5),
                name="a_campaign_reaches_half_at_least",
            ),
            models.CheckConstraint(
                condition=Q(b_share__gte=0, b_share__lte=0.9), name="a_campaign_has_an_a"
            ),
            models.CheckConstraint(
                condition=Q(window_days__gte=1, window_days__lte=730),
                name="a_campaign_has_a_window",
            ),
            models.CheckConstraint(
                condition=Q(fixed_cost__gte=0, cost_each__gte=0)
                & (Q(budget__isnull=True) | Q(budget__gte=0)),
                name="a_campaign_costs_nothing_less",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "running", "paused", "done"])
                | Q(approved_by__isnull=False) & ~Q(approved_by=F("submitted_by")),
                name="a_campaign_is_approved_by_another",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["running", "paused", "done"])
                | Q(launched_at__isnull=False, starts_on__isnull=False, ends_on__isnull=False),
                name="what_runs_was_launched",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["paused", "stopped"]) | ~Q(why=""),
                name="who_holds_a_campaign_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "stopped"], ended_at__isnull=False)
                | ~Q(state__in=["done", "stopped"]) & Q(ended_at__isnull=True),
                name="a_campaign_that_is_over_has_its_end",
            ),
        ]
        indexes = [
            models.Index(
                fields=["ends_on"],
                condition=Q(state__in=["running", "paused"]),
                name="campaigns_under_way",
            )
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    @property
    def is_open(self) -> bool:
        """Whether it may still be changed."""
        return self.state in (self.State.DRAFT, self.State.WAITING, self.State.APPROVED)

    @property
    def is_launched(self) -> bool:
        return self.launched_at is not None

    @property
    def is_over(self) -> bool:
        return self.state in (self.State.DONE, self.State.STOPPED)


class Step(models.Model):
    """One way to reach a customer, in its place."""

    class Channel(models.TextChoices):
        WECOM = "wecom", _("WeCom")
        SMS = "sms", _("SMS")
        EMAIL = "email", _("E-mail")
        CALL = "call", _("Phone")
        VISIT = "visit", _("Visit")

    class After(models.TextChoices):
        UNREACHED = "unreached", _("whom the step before did not reach")
        UNANSWERED = "unanswered", _("who was not reached, or did not answer in time")

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=5, choices=Channel.choices)
    message = models.CharField(max_length=60, blank=True)  # a code of content
    after = models.CharField(
        max_length=10, choices=After.choices, blank=True, default=""
    )  # of the first step: nothing
    wait_days = models.PositiveSmallIntegerField(default=3)  # for an answer
    work_days = models.PositiveSmallIntegerField(default=5)  # to make a call in

    class Meta:
        ordering = ["campaign", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"], name="a_place_holds_one_step"
            ),
            models.CheckConstraint(
                condition=Q(position=1, after="") | Q(position__gt=1) & ~Q(after=""),
                name="a_later_step_says_for_whom",
            ),
            models.CheckConstraint(
                condition=Q(wait_days__gte=1, wait_days__lte=90)
                & Q(work_days__gte=1, work_days__lte=60),
                name="a_step_gives_time",
            ),
        ]

    @property
    def is_work(self) -> bool:
        """Whether people do it."""
        return self.channel in CALLS


class Wave(models.Model):
    """A share of the audience, and the day on which it begins."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="waves")
    number = models.PositiveSmallIntegerField()
    on = models.DateField()
    percent = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ["campaign", "number"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "number"], name="a_wave_has_its_number"
            ),
            models.CheckConstraint(
                condition=Q(percent__gte=1, percent__lte=100), name="a_wave_has_a_share"
            ),
        ]


class Phase(models.Model):
    """What somebody does for a campaign until a day: sort, plan, work."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="phases")
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    owner = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    begins_on = models.DateField()
    ends_on = models.DateField()
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["campaign", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "position"], name="a_place_holds_one_phase"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="a_phase_has_a_name"),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

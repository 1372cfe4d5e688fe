"""Versions of the standard and what each says."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person
from regulars.server.customers.models import Customer
from regulars.server.standards.rules import CHANNELS, LEVELS, Doer, Purpose, Rhythm

CHANNEL_CHOICES = [
    ("call", _("Phone")),
    ("wecom", _("WeCom")),
    ("visit", _("Visit")),
    ("sms", _("SMS")),
    ("email", _("E-mail")),
    ("app", _("App")),
    ("counter", _("Counter")),
]
DOERS = [
    (Doer.RM.value, _("Relationship manager")),
    (Doer.MANAGER.value, _("Branch manager")),
    (Doer.LEADER.value, _("Leader")),
    (Doer.LOBBY_MANAGER.value, _("Lobby manager")),
    (Doer.REMOTE.value, _("Remote team")),
    (Doer.MACHINE.value, _("Automatic")),
]
PURPOSES = [
    (Purpose.CONTACT.value, _("Two-way contact")),
    (Purpose.VISIT.value, pgettext_lazy("standard", "Visit")),
    (Purpose.REVIEW.value, _("Review")),
    (Purpose.GREETING.value, _("Birthday")),
    (Purpose.COMPLAINT.value, _("Complaint answered")),
]
RHYTHMS = [
    (Rhythm.DAYS.value, _("every … days")),
    (Rhythm.MONTH.value, _("monthly")),
    (Rhythm.QUARTER.value, _("quarterly")),
    (Rhythm.HALF_YEAR.value, _("half-yearly")),
    (Rhythm.YEAR.value, _("yearly")),
    (Rhythm.EVENT.value, _("as needed")),
    (Rhythm.NEVER.value, _("not at all")),
]
MANNERS = [
    ("invite", _("invitation")),
    ("gift", _("gift or call")),
    ("words", _("greeting")),
    ("plan", _("plan")),
    ("rating", _("re-rating")),
    ("notices", _("service notices only")),
]


def _channels() -> ArrayField[list[str], list[str]]:
    field = models.CharField(max_length=8, choices=CHANNEL_CHOICES)
    return ArrayField(field, default=list, blank=True)


class Version(models.Model):
    """One state of the whole standard. What was adopted is never changed.

    Of the adopted ones whose day has come the one with the highest number is in force.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        ADOPTED = "adopted", pgettext_lazy("standard", "Adopted")

    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    note = models.CharField(max_length=300, blank=True)  # why it was changed
    hours_a_day = models.DecimalField(max_digits=4, decimal_places=2)
    shares = models.JSONField(default=dict)  # role -> share of the time
    remote_people = models.PositiveIntegerField(default=0)
    from_day = models.DateField(null=True)  # on the company's calendar
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    adopted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    adopted_at = models.DateTimeField(null=True)
    # Nobody else could have looked at it.
    alone = models.BooleanField(default=False)

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["state"], condition=Q(state="draft"), name="one_draft_of_the_standard"
            ),
            models.CheckConstraint(
                condition=Q(state="draft", from_day__isnull=True, adopted_at__isnull=True)
                | Q(state="adopted", from_day__isnull=False, adopted_at__isnull=False),
                name="an_adopted_standard_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(alone=True)
                | Q(adopted_by__isnull=True)
                | Q(made_by__isnull=True)
                | ~Q(adopted_by=F("made_by")),
                name="a_standard_is_adopted_by_another",
            ),
        ]

    def __str__(self) -> str:
        return str(self.number)


class Editor(models.Model):
    """Who had a hand in a draft: none of them adopts it."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="editors")
    person = models.ForeignKey(Person, models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "person"], name="an_editor_stands_once_in_a_version"
            )
        ]


class Line(models.Model):
    """What one role does for one tier for one purpose; see `rules.Line`."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="lines")
    level = models.PositiveSmallIntegerField()  # 5 the top tier, 1 negative margin
    purpose = models.CharField(max_length=10, choices=PURPOSES)
    doer = models.CharField(max_length=14, choices=DOERS)
    rhythm = models.CharField(max_length=10, choices=RHYTHMS)
    days = models.PositiveSmallIntegerField(null=True)
    minutes = models.PositiveSmallIntegerField(default=0)
    channels = _channels()
    manner = models.CharField(max_length=8, choices=MANNERS, blank=True)
    lead_from = models.PositiveSmallIntegerField(null=True)
    lead_until = models.PositiveSmallIntegerField(null=True)
    hours = models.PositiveSmallIntegerField(null=True)
    workdays = models.PositiveSmallIntegerField(null=True)
    kind = models.CharField(max_length=12, choices=Customer.Kind.choices, blank=True)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    business_class = models.CharField(
        max_length=12, choices=Customer.BusinessClass.choices, blank=True
    )

    class Meta:
        ordering = ["version", "-level", "purpose", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=[
                    *("version", "kind", "org_unit", "business_class"),
                    *("level", "purpose", "doer"),
                ],
                nulls_distinct=False,
                name="one_line_of_a_role_in_a_cell",
            ),
            models.CheckConstraint(
                condition=Q(level__in=LEVELS), name="a_line_is_of_a_known_level"
            ),
            models.CheckConstraint(
                condition=Q(rhythm="days", days__gte=1) | (~Q(rhythm="days") & Q(days=None)),
                name="only_days_are_counted",
            ),
            models.CheckConstraint(
                condition=Q(business_class="") | Q(kind="organization"),
                name="only_organizations_have_a_class",
            ),
            models.CheckConstraint(
                condition=Q(lead_from__isnull=True, lead_until__isnull=True)
                | Q(lead_from__gte=F("lead_until")),
                name="a_lead_runs_towards_the_day",
            ),
            models.CheckConstraint(
                condition=Q(channels__contained_by=list(CHANNELS)), name="a_line_uses_channels"
            ),
        ]


class Plan(models.Model):
    """What a business class is offered under a version; see `rules.ClassPlan`."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="plans")
    business_class = models.CharField(max_length=12, choices=Customer.BusinessClass.choices)
    aim = models.CharField(max_length=120)
    aim_en = models.CharField(max_length=200, blank=True)
    steps = models.TextField()
    steps_en = models.TextField(blank=True)
    products = ArrayField(models.CharField(max_length=60), default=list, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "business_class"], name="one_plan_of_a_class"
            )
        ]


class Treatment(models.Model):
    """What everybody gets who enters a stage, under a version; see `rules.Treatment`."""

    class Stage(models.TextChoices):
        PROSPECT = "prospect", pgettext_lazy("stage", "Prospect")
        INTENT = "intent", pgettext_lazy("stage", "Interested")
        NEW = "new", pgettext_lazy("stage", "New")
        ACTIVE = "active", pgettext_lazy("stage", "Active")
        LOYAL = "loyal", pgettext_lazy("stage", "Loyal")
        AT_RISK = "at_risk", pgettext_lazy("stage", "At risk")
        DORMANT = "dormant", pgettext_lazy("stage", "Dormant")
        LOST = "lost", pgettext_lazy("stage", "Lost")
        REACTIVATED = "reactivated", pgettext_lazy("stage", "Returned")

    version = models.ForeignKey(Version, models.CASCADE, related_name="treatments")
    stage = models.CharField(max_length=12, choices=Stage.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    task = models.CharField(max_length=400)
    task_en = models.CharField(max_length=600, blank=True)
    doer = models.CharField(max_length=14, choices=DOERS)
    workdays = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField(default=0)
    channels = _channels()
    marketing = models.BooleanField(default=False)
    quiet_days = models.PositiveSmallIntegerField(default=90)
    is_on = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version", "stage"], name="one_treatment_of_a_stage"
            )
        ]

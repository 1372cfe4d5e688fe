"""Surveys, their versions and questions. What is in the field is never edited."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, local_name, public_id


class Survey(models.Model):
    """Something customers are asked, in versions."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80)  # inside: "NPS of the branches"
    name_en = models.CharField(max_length=80, blank=True)
    preset = models.CharField(max_length=12)  # the form it began with
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    archived_at = models.DateTimeField(null=True)
    # How the panel is asked each quarter, anew by the rule; empty: it is not.
    panel_channel = models.CharField(max_length=6, blank=True)

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_survey_has_a_name")
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class Version(models.Model):
    """The questions of a survey from one day on; a draft until it is fielded."""

    survey = models.ForeignKey(Survey, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    title = models.CharField(max_length=120)
    title_en = models.CharField(max_length=120, blank=True)
    intro = models.CharField(max_length=500, blank=True)
    intro_en = models.CharField(max_length=500, blank=True)
    thanks = models.CharField(max_length=300, blank=True)
    thanks_en = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    fielded_at = models.DateTimeField(null=True)  # from then on it stays as it is

    class Meta:
        ordering = ["survey", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "number"], name="one_number_a_version_of_a_survey"
            ),
            models.UniqueConstraint(
                fields=["survey"],
                condition=Q(fielded_at__isnull=True),
                name="one_draft_of_a_survey",
            ),
        ]

    @property
    def is_draft(self) -> bool:
        return self.fielded_at is None

    @property
    def heading(self) -> str:
        return local_name(self.title, self.title_en)

    @property
    def lead(self) -> str:
        return local_name(self.intro, self.intro_en)

    @property
    def goodbye(self) -> str:
        return local_name(self.thanks, self.thanks_en)


class Question(models.Model):
    """One question of a version, in both languages."""

    class Kind(models.TextChoices):
        NPS = "nps", _("Recommend us (0–10, NPS)")
        CSAT = "csat", _("Content (1–5, CSAT)")
        CES = "ces", _("Was it easy (1–7, CES)")
        EXPERIENCE = "experience", _("Experience (1–10)")
        EXPECTATION = "expectation", _("Expectation (1–10)")
        COMPARED = "compared", _("Compared with what was expected (−2 to 2)")
        PERCEIVED = "perceived", _("As it is (1–7, SERVQUAL)")
        EXPECTED = "expected", _("As it should be (1–7, SERVQUAL)")
        CHOICE = "choice", pgettext_lazy("question", "One of several")
        TEXT = "text", pgettext_lazy("question", "Own words")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    version = models.ForeignKey(Version, models.CASCADE, related_name="questions")
    place = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=11, choices=Kind.choices)
    text = models.CharField(max_length=300)
    text_en = models.CharField(max_length=300, blank=True)
    point = models.CharField(max_length=60, blank=True)  # the touch point it is about
    point_en = models.CharField(max_length=60, blank=True)
    choices = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    choices_en = ArrayField(models.CharField(max_length=120), default=list, blank=True)
    required = models.BooleanField(default=True)

    class Meta:
        ordering = ["version", "place", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_question_asks_something"),
            models.CheckConstraint(
                condition=Q(kind="choice", choices__len__gte=2)
                | ~Q(kind="choice") & Q(choices__len=0),
                name="a_choice_has_two_ways",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.text, self.text_en)

    @property
    def at_point(self) -> str:
        return local_name(self.point, self.point_en)

    @property
    def options(self) -> list[str]:
        pairs = zip(self.choices, self.choices_en or self.choices, strict=False)
        return [local_name(zh, en) for zh, en in pairs]


class Wave(models.Model):
    """One asking of a version: whom, how, when."""

    class Channel(models.TextChoices):
        SMS = "sms", _("SMS")
        WECOM = "wecom", _("WeCom")
        EMAIL = "email", _("E-mail")
        CALL = "call", _("Phone")
        VISIT = "visit", _("Face to face")

    class State(models.TextChoices):
        DRAWING = "drawing", pgettext_lazy("wave", "Choosing people")
        OPEN = "open", pgettext_lazy("wave", "In the field")
        CLOSED = "closed", pgettext_lazy("wave", "Over")
        FAILED = "failed", pgettext_lazy("wave", "Nobody could be chosen")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="waves")
    name = models.CharField(max_length=80)
    name_en = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAWING)
    channel = models.CharField(max_length=6, choices=Channel.choices)
    # The audience: a segment by its public id, or everybody where it is empty.
    segment = models.CharField(max_length=12, blank=True)
    audience = models.CharField(max_length=120, blank=True)  # its name on that day
    share = models.FloatField(default=1.0)  # a random part of them
    panel = models.BooleanField(default=False)  # only those of the panel whose turn it is
    rest_days = models.PositiveIntegerField()  # as the company had it
    begins_on = models.DateField()
    ends_on = models.DateField()
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(share__gt=0, share__lte=1), name="a_wave_asks_a_share"
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gte=models.F("begins_on")),
                name="a_wave_ends_after_it_begins",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

"""Invitations, answers with their numbers, and comments wherever they were written."""

from __future__ import annotations

from typing import Self, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import OrgUnit, Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.voice.models.surveys import Question, Survey, Version, Wave

M = TypeVar("M", bound=models.Model)


class OfCustomers(models.QuerySet[M]):
    """Rows that name their customer; nobody's are seen by whoever sees everybody."""

    def visible_to(self, viewer: Person) -> Self:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Invitation(models.Model):
    """One customer asked in a wave, or left out of it with the reason."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("invitation", "Not handed over yet")
        HANDED = "handed", pgettext_lazy("invitation", "Asked")
        ANSWERED = "answered", pgettext_lazy("invitation", "Answered")
        DECLINED = "declined", pgettext_lazy("invitation", "Asked, did not want to")
        MISSED = "missed", pgettext_lazy("invitation", "Tried, not reached")
        LEFT_OUT = "left_out", pgettext_lazy("invitation", "Left out")
        WITHDRAWN = "withdrawn", pgettext_lazy("invitation", "Taken back")

    class Why(models.TextChoices):
        SEGMENT = "segment", pgettext_lazy("invitation", "In the audience")
        SAMPLE = "sample", _("Drawn at random")
        PANEL = "panel", _("Panel of value customers")
        HAND = "hand", _("Chosen by hand")

    # Who may still answer, and whom we tried to ask: of those the response is told.
    OPEN = (State.WAITING, State.HANDED, State.MISSED)
    TRIED = (State.HANDED, State.ANSWERED, State.DECLINED, State.MISSED)

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    wave = models.ForeignKey(Wave, models.CASCADE, related_name="invitations")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    why = models.CharField(max_length=8, choices=Why.choices)
    channel = models.CharField(max_length=6, choices=Wave.Channel.choices)
    # Why nobody may ask: a reason of the policy, or one of voice.rules.
    reason = models.CharField(max_length=24, blank=True)
    level = models.PositiveSmallIntegerField(null=True)  # of the tier on that day
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    handed_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["wave", "customer"], name="nobody_is_asked_twice_in_a_wave"
            ),
            models.CheckConstraint(
                condition=Q(state="left_out") & ~Q(reason="")
                | ~Q(state="left_out") & Q(reason=""),
                name="who_is_left_out_is_so_for_a_reason",
            ),
            models.CheckConstraint(
                condition=~Q(state="answered")
                | Q(answered_at__isnull=False, handed_at__isnull=False),
                name="an_answered_invitation_was_handed_over",
            ),
        ]
        indexes = [
            models.Index(
                fields=["customer", "-handed_at"],
                condition=Q(handed_at__isnull=False),
                name="voice_last_asked",
            )
        ]


class Answer(models.Model):
    """One customer's answer to one version, however it came."""

    class Mode(models.TextChoices):
        LINK = "link", _("By link")
        PHONE = "phone", _("By phone")
        FACE = "face", _("Face to face")
        FILE = "file", _("From a file")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="answers")
    wave = models.ForeignKey(Wave, models.PROTECT, null=True, related_name="answers")
    invitation = models.OneToOneField(
        Invitation, models.SET_NULL, null=True, related_name="answer"
    )
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    mode = models.CharField(max_length=5, choices=Mode.choices)
    at = models.DateTimeField()
    learned_at = models.DateTimeField()
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    language = models.CharField(max_length=8, blank=True)
    source = models.CharField(max_length=80, blank=True)  # of a file: its name
    key = models.CharField(max_length=64, blank=True)  # what makes it one within its survey
    # As it was on that day: later moves of the customer do not rewrite the past.
    level = models.PositiveSmallIntegerField(null=True)
    branch = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["version", "key"],
                condition=~Q(key=""),
                name="an_answer_of_a_file_is_taken_once",
            ),
            models.CheckConstraint(
                condition=~Q(mode__in=["phone", "face"]) | Q(taken_by__isnull=False),
                name="who_asked_by_voice_is_named",
            ),
        ]
        indexes = [
            models.Index(fields=["wave", "-at"], name="answers_of_a_wave"),
            models.Index(fields=["customer", "-at"], name="answers_of_a_customer"),
        ]


class Reply(models.Model):
    """One number of an answer: a step of a scale, or which choice from one on."""

    answer = models.ForeignKey(Answer, models.CASCADE, related_name="replies")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    question = models.ForeignKey(Question, models.PROTECT, related_name="+")
    value = models.SmallIntegerField()

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["answer", "question"]
        constraints = [
            models.UniqueConstraint(
                fields=["answer", "question"], name="one_reply_to_a_question"
            )
        ]
        indexes = [models.Index(fields=["question", "value"], name="replies_by_value")]


class Comment(models.Model):
    """Free text of a customer: in an answer, or written elsewhere and brought."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    answer = models.ForeignKey(Answer, models.CASCADE, null=True, related_name="comments")
    question = models.ForeignKey(Question, models.PROTECT, null=True, related_name="+")
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+")
    source = models.CharField(max_length=80)  # "survey", or where it was written
    key = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField()
    text = models.CharField(max_length=2000)
    stars = models.PositiveSmallIntegerField(null=True)  # 1-5, where the place has them
    negative = models.BooleanField()
    topics = ArrayField(models.CharField(max_length=16), default=list)
    branch = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="a_comment_says_something"),
            models.UniqueConstraint(
                fields=["source", "key"], condition=~Q(key=""), name="a_comment_is_taken_once"
            ),
            models.CheckConstraint(
                condition=Q(stars__isnull=True) | Q(stars__range=(1, 5)),
                name="stars_are_one_to_five",
            ),
        ]
        indexes = [models.Index(fields=["-at"], name="comments_by_day")]


class Layout(models.Model):
    """How the columns of such a file are read, kept for the next one."""

    name = models.CharField(max_length=80)
    survey = models.ForeignKey(Survey, models.CASCADE, null=True, related_name="+")
    header = models.CharField(max_length=64)  # a hash of the column names
    columns = models.JSONField(default=dict)  # column -> what it is
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["survey", "header"],
                nulls_distinct=False,
                name="one_layout_of_a_kind_of_file",
            )
        ]

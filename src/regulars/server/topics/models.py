"""Topics, and the customers whose managers speak with them about one."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models import Customer
from regulars.server.experiments.models import Experiment
from regulars.server.segments.models import Segment

OPEN_STATES = ["raised", "taken", "waiting"]


class TopicQuerySet(models.QuerySet["Topic"]):
    def open(self) -> TopicQuerySet:
        """Keep what is neither out nor closed."""
        return self.filter(state__in=OPEN_STATES)

    def whole(self) -> TopicQuerySet:
        return self.select_related(
            "raised_by", "taken_by", "submitted_by", "decided_by", "segment", "experiment"
        )


class Topic(models.Model):
    """Something that happened and may concern customers."""

    class State(models.TextChoices):
        RAISED = "raised", pgettext_lazy("topic", "Raised")
        TAKEN = "taken", pgettext_lazy("topic", "Taken")
        WAITING = "waiting", pgettext_lazy("topic", "Waits for approval")
        RELEASED = "released", pgettext_lazy("topic", "Released")
        DROPPED = "dropped", pgettext_lazy("topic", "Dropped")
        EXPIRED = "expired", pgettext_lazy("topic", "Expired")

    class Tone(models.TextChoices):
        POSITIVE = "positive", pgettext_lazy("topic", "Positive")
        NEUTRAL = "neutral", pgettext_lazy("topic", "Neutral")
        NEGATIVE = "negative", pgettext_lazy("topic", "Negative")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    title = models.CharField(max_length=60)
    what = models.CharField(max_length=400)
    link = models.URLField(max_length=300, blank=True)
    happened_at = models.DateTimeField()
    own_trade = models.BooleanField(default=False)
    tone = models.CharField(max_length=8, choices=Tone.choices, default=Tone.POSITIVE)
    state = models.CharField(max_length=8, choices=State.choices, default=State.RAISED)
    raised_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    due_at = models.DateTimeField()  # the end of the working day on which it was raised
    expires_at = models.DateTimeField()
    taken_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=300, blank=True)  # why it was dropped
    # What becomes of it: for whom, in which words, by which way.
    segment = models.ForeignKey(Segment, models.PROTECT, null=True, related_name="+")
    message = models.CharField(max_length=60, blank=True)  # code of a message of content
    script = models.CharField(max_length=300, blank=True)  # what managers say
    script_en = models.CharField(max_length=600, blank=True)
    is_service = models.BooleanField(default=False)  # a notice, not an offer
    alone = models.PositiveSmallIntegerField(default=10)  # of a hundred left alone
    authors = ArrayField(models.BigIntegerField(), default=list)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=300, blank=True)
    sent_back = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    released_at = models.DateTimeField(null=True)
    reached = models.PositiveIntegerField(default=0)  # customers whom the message was for
    experiment = models.ForeignKey(Experiment, models.PROTECT, null=True, related_name="+")
    closed_at = models.DateTimeField(null=True)

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["-raised_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(what=""), name="a_topic_says_what_happened"
            ),
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("raised_at")), name="a_topic_ends_after_it_begins"
            ),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(why=""), name="a_dropped_topic_says_why"
            ),
            models.CheckConstraint(
                condition=~Q(state="released")
                | Q(
                    released_at__isnull=False,
                    decided_by__isnull=False,
                    segment__isnull=False,
                    released_at__lt=F("expires_at"),
                )
                & ~Q(decided_by=F("submitted_by"))
                & (~Q(message="") | ~Q(script="")),
                name="a_released_topic_was_approved_by_another_in_time",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["waiting", "released"])
                | ~Q(tone="negative")
                | Q(is_service=True),
                name="bad_news_is_no_marketing",
            ),
            models.CheckConstraint(condition=Q(alone__lte=50), name="half_alone_at_most"),
        ]
        indexes = [
            models.Index(
                fields=["expires_at"], condition=Q(closed_at__isnull=True), name="topics_to_end"
            )
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_STATES

    @property
    def same_day(self) -> bool | None:
        """Whether it was released by the end of its working day; None while it is not."""
        return self.released_at <= self.due_at if self.released_at else None


class TalkQuerySet(models.QuerySet["Talk"]):
    def visible_to(self, viewer: Person) -> TalkQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Talk(models.Model):
    """That a manager speaks with one customer about a topic."""

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("talk", "Open")
        ANSWERED = "answered", pgettext_lazy("talk", "Answered")
        OVER = "over", pgettext_lazy("talk", "Not reached in time")

    topic = models.ForeignKey(Topic, models.CASCADE, related_name="talks")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = TalkQuerySet.as_manager()

    class Meta:
        ordering = ["topic", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["topic", "customer"], name="one_talk_of_a_customer_about_a_topic"
            ),
            models.CheckConstraint(
                condition=Q(state="answered", answered_at__isnull=False)
                | ~Q(state="answered") & Q(answered_at__isnull=True),
                name="an_answered_talk_has_its_moment",
            ),
        ]

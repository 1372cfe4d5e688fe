"""What one persona gets in one slot of one day."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import pgettext_lazy

from regulars.server.core.models import Person, local_name, public_id
from regulars.server.posts.models.plan import Persona, Slot


class ItemQuerySet(models.QuerySet["Item"]):
    def live(self) -> ItemQuerySet:
        """Keep what stands in its place: all but what was given up or is over."""
        return self.exclude(state="over")

    def between(self, first: date, last: date) -> ItemQuerySet:
        return self.filter(day__range=(first, last))

    def whole(self) -> ItemQuerySet:
        return self.select_related(
            "persona", "slot", "written_by", "submitted_by", "decided_by"
        )


class Item(models.Model):
    """A few words with their source, approved by a second person before their time."""

    class State(models.TextChoices):
        IDEA = "idea", pgettext_lazy("post", "Idea")
        DRAFT = "draft", pgettext_lazy("post", "Draft")
        WAITING = "waiting", pgettext_lazy("post", "Waits for approval")
        APPROVED = "approved", pgettext_lazy("post", "Approved")
        POSTED = "posted", pgettext_lazy("post", "Out")
        OVER = "over", pgettext_lazy("post", "Not sent")

    class Why(models.TextChoices):
        """Why an item did not go out."""

        LATE = "late", pgettext_lazy("post", "more than 30 minutes late")
        UNAPPROVED = "unapproved", pgettext_lazy("post", "not approved in time")
        TAKEN_AWAY = "taken_away", pgettext_lazy("post", "taken away")
        FREE_DAY = "free_day", pgettext_lazy("post", "the day became a free one")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    persona = models.ForeignKey(Persona, models.PROTECT, related_name="items")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="items")
    day = models.DateField()
    title = models.CharField(max_length=60)
    title_en = models.CharField(max_length=120, blank=True)
    words = models.CharField(max_length=600, blank=True)
    words_en = models.CharField(max_length=1200, blank=True)
    link = models.URLField(max_length=300, blank=True)
    source = models.CharField(max_length=120, blank=True)  # where it was read
    by_message = models.BooleanField(default=True)  # sent to those who agreed
    by_packs = models.BooleanField(default=True)  # posted by their managers
    state = models.CharField(max_length=8, choices=State.choices, default=State.DRAFT)
    why_over = models.CharField(max_length=12, choices=Why.choices, blank=True)
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    # Everybody who had a hand in it: none of them approves it.
    authors = ArrayField(models.BigIntegerField(), default=list)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    excuse = models.CharField(max_length=300, blank=True)  # why sensitive words are right
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=300, blank=True)  # why it was not approved
    posted_at = models.DateTimeField(null=True)
    aimed_at = models.PositiveIntegerField(default=0)  # customers whom the message was for
    trouble = models.CharField(max_length=300, blank=True)  # why sending failed so far

    objects = ItemQuerySet.as_manager()

    class Meta:
        ordering = ["day", "slot__at", "persona__order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["persona", "slot", "day"],
                condition=~Q(state="over"),
                name="one_item_of_a_persona_in_a_slot",
            ),
            models.CheckConstraint(condition=~Q(title=""), name="an_item_has_a_title"),
            models.CheckConstraint(
                condition=Q(by_message=True) | Q(by_packs=True), name="an_item_has_a_way_out"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "posted"])
                | Q(decided_by__isnull=False, decided_at__isnull=False)
                & ~Q(decided_by=F("written_by"))
                & ~Q(decided_by=F("submitted_by")),
                name="an_item_was_approved_by_another",
            ),
            models.CheckConstraint(
                condition=Q(state="over") & ~Q(why_over="") | ~Q(state="over") & Q(why_over=""),
                name="what_did_not_go_out_says_why",
            ),
            models.CheckConstraint(
                condition=Q(state="posted", posted_at__isnull=False)
                | ~Q(state="posted") & Q(posted_at__isnull=True),
                name="what_is_out_has_its_moment",
            ),
        ]
        indexes = [models.Index(fields=["day"], name="posts_items_by_day")]

    def __str__(self) -> str:
        return local_name(self.title, self.title_en)

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    def title_for(self, language: str) -> str:
        return _of(language, self.title, self.title_en)

    def words_for(self, language: str) -> str:
        return _of(language, self.words, self.words_en)


LIVE = (Item.State.IDEA, Item.State.DRAFT, Item.State.WAITING, Item.State.APPROVED)


def _of(language: str, zh: str, en: str) -> str:
    return (zh or en) if language.startswith("zh") else (en or zh)


class Picture(models.Model):
    """The picture of an item."""

    item = models.OneToOneField(Item, models.CASCADE, related_name="picture")
    ending = models.CharField(max_length=4)  # "png" or "jpg"
    content = models.BinaryField()

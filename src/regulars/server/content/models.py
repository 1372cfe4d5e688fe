"""Texts and their versions; the company's own sensitive words."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id


class Text(models.Model):
    """Something said or asked, whatever its version. One with a shipped code stands in its
    place."""

    class Kind(models.TextChoices):
        SCRIPT = "script", _("Script")
        OBJECTION = "objection", _("Objection card")
        PLAYBOOK = "playbook", _("Playbook")
        CHECKLIST = "checklist", _("Checklist")
        MESSAGE = "message", _("Message")
        SNIPPET = "snippet", _("Snippet")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField(max_length=60, unique=True)
    made_at = models.DateTimeField()
    # Taken out of use as a whole: neither its version nor the shipped text is shown.
    put_away_at = models.DateTimeField(null=True)
    put_away_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["kind", "code"]


class Version(models.Model):
    """One wording of a text: written, submitted, approved by another person, replaced."""

    class State(models.TextChoices):
        DRAFT = "draft", _("Draft")
        SUBMITTED = "submitted", _("Waits for approval")
        APPROVED = "approved", _("In force")
        RETIRED = "retired", _("Replaced")

    text = models.ForeignKey(Text, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    state = models.CharField(max_length=9, choices=State.choices, default=State.DRAFT)
    body = models.JSONField()  # see rules.reading
    written_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()
    # Everybody who had a hand in it: none of them approves it.
    authors = ArrayField(models.BigIntegerField(), default=list)
    submitted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    # Why words that need a second look are right here.
    excuse = models.CharField(max_length=300, blank=True)
    decided_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
    sent_back = models.CharField(max_length=300, blank=True)  # why it was not approved
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["text", "-number"]
        constraints = [
            models.UniqueConstraint(
                fields=["text", "number"], name="a_version_has_its_own_number"
            ),
            models.UniqueConstraint(
                fields=["text"], condition=Q(state="approved"), name="one_version_in_force"
            ),
            models.UniqueConstraint(
                fields=["text"],
                condition=Q(state__in=["draft", "submitted"]),
                name="one_version_in_the_making",
            ),
            models.CheckConstraint(
                condition=~Q(state="approved")
                | Q(decided_by__isnull=False, decided_at__isnull=False),
                name="what_is_in_force_was_approved",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["approved", "retired"])
                | Q(decided_by__isnull=True)
                | (~Q(decided_by=F("written_by")) & ~Q(decided_by=F("submitted_by"))),
                name="nobody_approves_their_own_words",
            ),
        ]


class OwnWord(models.Model):
    """A word that this company does not want said, or wants looked at."""

    class Severity(models.TextChoices):
        REFUSED = "refused", _("Must not be said")
        LOOK = "look", _("Needs a reason")

    word = models.CharField(max_length=60)
    severity = models.CharField(max_length=7, choices=Severity.choices)
    reason = models.CharField(max_length=200)
    added_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["word"]
        constraints = [
            models.UniqueConstraint(
                fields=["word"], condition=Q(removed_at__isnull=True), name="a_word_stands_once"
            )
        ]


class SnippetUse(models.Model):
    """That somebody copied a snippet, in which version."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="uses")
    used_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]

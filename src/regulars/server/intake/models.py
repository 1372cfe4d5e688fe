from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import ApiKey, Job, Person, public_id


class Source(models.Model):
    """Where rows come from again and again: how they are read, and which column is what."""

    class Way(models.TextChoices):
        UPLOAD = "upload", _("Brought by hand")
        FOLDER = "folder", _("Watched folder")
        SQL = "sql", _("Database")
        API = "api", _("API")
        FORM = "form", _("Form")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    code = models.SlugField(
        max_length=40, unique=True, allow_unicode=True
    )  # names its folder; see `rules.code`
    name = models.CharField(max_length=80)
    way = models.CharField(max_length=8, choices=Way.choices, default=Way.UPLOAD)
    preset = models.CharField(max_length=40, blank=True)
    kind = models.CharField(max_length=16)
    header = models.JSONField(default=list)  # columns of the file that taught the mapping
    mapping = models.JSONField(default=dict)  # field -> column
    options = models.JSONField(default=dict)  # unknown, encoding, sheet, layout
    settings = models.JSONField(default=dict)  # of a database: address, query, key, watermark
    minutes = models.PositiveIntegerField(null=True, blank=True)  # between two reads; or never
    # Whose value wins where two sources name the same field; 1 before 9.
    priority = models.PositiveSmallIntegerField(default=5)
    is_active = models.BooleanField(default=True)
    last_read_at = models.DateTimeField(null=True, blank=True)
    message = models.TextField(blank=True)  # why the last read failed
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(priority__gte=1) & Q(priority__lte=9),
                name="source_priority_is_one_to_nine",
            ),
            models.CheckConstraint(
                condition=Q(minutes__isnull=True) | Q(minutes__gte=5),
                name="source_rests_five_minutes",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Import(models.Model):
    """One file that somebody brought: how it was read, what came of it."""

    class State(models.TextChoices):
        LOOKING = "looking", _("Being looked at")
        DRAFT = "draft", _("Waiting for a mapping")
        CHECKING = "checking", _("Checking")
        CHECKED = "checked", _("Checked, not yet loaded")
        LOADING = "loading", _("Loading")
        DONE = "done", _("Loaded")
        FAILED = "failed", _("Failed")
        UNDOING = "undoing", _("Being taken out")
        WITHDRAWN = "withdrawn", _("Taken out again")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=16)
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    sha256 = models.CharField(max_length=64)
    state = models.CharField(max_length=10, choices=State.choices, default=State.DRAFT)
    reading = models.JSONField(default=dict)  # format, encoding, delimiter, header, dates
    mapping = models.JSONField(default=dict)  # field -> column
    options = models.JSONField(default=dict)  # unknown: stub | refuse
    rows = models.BigIntegerField(default=0)
    accepted = models.BigIntegerField(default=0)
    added = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)  # rows that were there already
    refused = models.BigIntegerField(default=0)
    report = models.JSONField(default=dict)  # reason -> count, warnings, totals
    message = models.TextField(blank=True)
    source = models.ForeignKey(Source, models.PROTECT, null=True, related_name="imports")
    # The import whose refused rows this file holds, mended.
    mends = models.ForeignKey("self", models.SET_NULL, null=True, related_name="mended_by")
    undone = models.JSONField(default=dict)  # what taking it out again did, counted
    job = models.ForeignKey(Job, models.SET_NULL, null=True, related_name="+")
    brought_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    brought_key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    brought_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(rows__gte=0) & Q(refused__gte=0), name="import_counts_are_counts"
            )
        ]


class Upload(models.Model):
    """A file on its way from a browser; how much arrived is the size of its part on disk."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    person = models.ForeignKey(Person, models.CASCADE, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.BigIntegerField()
    mark = models.CharField(max_length=80)  # tells the same file when it is chosen again
    kind = models.CharField(max_length=16)
    begun_at = models.DateTimeField()
    touched_at = models.DateTimeField()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["person", "file_name", "size", "mark"], name="one_upload_of_a_file"
            ),
            models.CheckConstraint(condition=Q(size__gt=0), name="uploads_hold_something"),
        ]

"""People, their place in the company, their books; what happened; what runs."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import time
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from regulars.server.core import rules

ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"


def public_id() -> str:
    """Return a random id for addresses: 12 letters without look-alikes (59 bits)."""
    return "".join(secrets.choice(ALPHABET) for _ in range(12))


def public_ids() -> Iterator[str]:
    """Yield such ids without end, many per call of the random source, for whole files."""
    while True:
        noise = secrets.token_bytes(2 * 12 * 1000)
        # Bytes beyond the largest multiple of 31 would favour some letters.
        letters = "".join(ALPHABET[byte % 31] for byte in noise if byte < 248)
        yield from (letters[at : at + 12] for at in range(0, len(letters) - 11, 12))


def local_name(zh: str, en: str) -> str:
    """Pick the name that the current reader's language wants, if there is one."""
    return en if en and not (get_language() or "zh").startswith("zh") else zh


class Company(models.Model):
    """The one company of this installation and its settings."""

    class Kind(models.TextChoices):
        BANK = "bank", _("Bank")
        RETAIL = "retail", _("Retail")

    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.RETAIL)
    time_zone = models.CharField(max_length=40, default="Asia/Shanghai")
    currency = models.CharField(max_length=3, default="CNY")
    nightly_at = models.TimeField(default=time(5, 0))
    is_demo = models.BooleanField(default=False)
    settings = models.JSONField(default=dict, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="one_company_per_installation")
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class OrgUnit(models.Model):
    """A place in the company's tree: head office, region, branch, store."""

    class Kind(models.TextChoices):
        HEAD_OFFICE = "head_office", _("Head office")
        REGION = "region", _("Region")
        BRANCH = "branch", _("Branch")

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.BRANCH)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    # "/1/4/17/": a unit's subtree is one prefix.
    path = models.CharField(max_length=400, db_index=True, default="/")

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class People(BaseUserManager["Person"]):
    """Finds people; `core.actions` makes them."""

    def get_by_natural_key(self, username: str | None) -> Person:
        return self.get(username__iexact=username or "")


class Person(AbstractBaseUser):
    """Somebody who works here and may sign in."""

    ROLES = [
        (rules.Role.RM.value, _("Relationship manager")),
        (rules.Role.MANAGER.value, _("Branch manager")),
        (rules.Role.LEADER.value, _("Leader")),
        (rules.Role.LOBBY_MANAGER.value, _("Lobby manager")),
        (rules.Role.MARKETER.value, _("Marketer")),
        (rules.Role.ANALYST.value, _("Analyst")),
        (rules.Role.ADMINISTRATOR.value, _("Administrator")),
        (rules.Role.AUDITOR.value, _("Auditor")),
    ]
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
    email = models.EmailField(blank=True)
    role = models.CharField(max_length=20, choices=ROLES)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="people")
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()

    objects: ClassVar[People] = People()
    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ["username"]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)

    def may(self, permission: rules.Permission | str) -> bool:
        """Tell whether this person may do something; inactive people may nothing."""
        return self.is_active and rules.may(self.role, rules.Permission(permission))

    @cached_property
    def scope(self) -> rules.Scope:
        """The customers this person sees, asked of the database once per request."""
        reach = rules.reach(self.role) if self.is_active else rules.Reach.NONE
        if reach is rules.Reach.COMPANY:
            return rules.EVERYBODY
        if reach is rules.Reach.BRANCH and self.org_unit.parent_id is None:
            return rules.EVERYBODY  # the root's subtree is the company
        if reach is rules.Reach.BRANCH:
            inside = Q(org_unit__path__startswith=self.org_unit.path)
        elif reach is rules.Reach.BOOKS:
            inside = Q(owner=self) | Q(backup=self)
        else:
            return rules.NOBODY
        books = Book.objects.filter(inside).order_by("pk").values_list("pk", flat=True)
        return rules.Scope(books=tuple(books))


class Book(models.Model):
    """The customers one person looks after; a book without an owner is a branch's pool."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, related_name="books")
    owner = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="books"
    )
    backup = models.ForeignKey(
        Person, models.PROTECT, null=True, blank=True, related_name="backed_up_books"
    )

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(owner__isnull=True)
                | Q(backup__isnull=True)
                | ~Q(owner=models.F("backup")),
                name="the_backup_is_somebody_else",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AuditEntry(models.Model):
    """One fact that someone caused. Rows are added, never changed."""

    action = models.CharField(max_length=80)  # "tiers.scheme.activated"
    subject = models.CharField(max_length=80)  # "tiers.Scheme:17"
    actor = models.CharField(max_length=80)  # "person:3", "system:nightly"
    happened_at = models.DateTimeField()
    details = models.JSONField(default=dict)  # ids, field names, reasons; no personal values

    class Meta:
        ordering = ["-pk"]
        indexes = [models.Index(fields=["subject"]), models.Index(fields=["-happened_at"])]


class Job(models.Model):
    """Long work that a person or the clock asked for, and how far it is."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        DONE = "done", _("Done")
        FAILED = "failed", _("Failed")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    step = models.CharField(max_length=120, blank=True)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(null=True)
    message = models.TextField(blank=True)
    result = models.JSONField(default=dict)
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    # A nightly run happens once per local date, however often the clock asks.
    once_key = models.CharField(max_length=80, null=True, unique=True)

    class Meta:
        ordering = ["-pk"]

    @property
    def share(self) -> float | None:
        return self.done / self.total if self.total else None


class CalendarDay(models.Model):
    """A day that is worked or not against the weekly rule (调休, public holidays)."""

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    name = models.CharField(max_length=60, blank=True)
    name_en = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["day"]

"""Who works here, and the customers each looks after."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from regulars.server.core import rules
from regulars.server.core.models.company import OrgUnit
from regulars.server.core.models.names import local_name, public_id


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
    wecom_userid = models.CharField(max_length=64, blank=True, db_default="")  # their account
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
            return rules.Scope(everything=True, person=self.pk)
        if reach is rules.Reach.BRANCH and self.org_unit.parent_id is None:
            # The root's subtree is the company.
            return rules.Scope(everything=True, person=self.pk)
        if reach is rules.Reach.BRANCH:
            inside = Q(org_unit__path__startswith=self.org_unit.path)
        elif reach is rules.Reach.BOOKS:
            helped = Tenure.objects.filter(
                person=self, role=Tenure.Role.HELPER, until__isnull=True
            )
            inside = Q(owner=self) | Q(backup=self) | Q(pk__in=helped.values("book"))
        else:
            return rules.NOBODY
        books = Book.objects.filter(inside).order_by("pk").values_list("pk", flat=True)
        return rules.Scope(books=tuple(books), person=self.pk)


class Book(models.Model):
    """The customers one person looks after; a book without an owner is a branch's pool."""

    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, blank=True)
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
        return local_name(self.name, self.name_en)


class Tenure(models.Model):
    """Who looked after a book, as its owner or in their place, from when to when."""

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        BACKUP = "backup", _("Backup")
        HELPER = "helper", _("Backup for some days")  # beside the book's own; as many as help

    book = models.ForeignKey(Book, models.CASCADE, related_name="tenures")
    role = models.CharField(max_length=6, choices=Role.choices)
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    since = models.DateTimeField(null=True)  # null: before this was written down
    until = models.DateTimeField(null=True)
    # Of a helper: the last day on which they see the book; the next morning ends it.
    last_on = models.DateField(null=True)

    class Meta:
        ordering = ["book", "role", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["book", "role"],
                condition=Q(until__isnull=True) & ~Q(role="helper"),
                name="one_at_a_time_in_a_role",
            ),
            models.UniqueConstraint(
                fields=["book", "person"],
                condition=Q(until__isnull=True, role="helper"),
                name="one_helps_once_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(role="helper", person__isnull=False, last_on__isnull=False)
                | (~Q(role="helper") & Q(last_on__isnull=True)),
                name="help_has_somebody_and_a_last_day",
            ),
        ]
        indexes = [
            models.Index(
                fields=["person"],
                condition=Q(role="helper", until__isnull=True),
                name="books_one_helps_in",
            )
        ]

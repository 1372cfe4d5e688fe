"""Other systems: the keys with which they come, and what they asked for already."""

from __future__ import annotations

from datetime import datetime

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from regulars.server.core import rules
from regulars.server.core.models.company import OrgUnit
from regulars.server.core.models.names import public_id
from regulars.server.core.models.people import Book, Person
from regulars.server.core.rights import Right, permitted


class ApiKey(models.Model):
    """A key of another system: an actor like a person, with rights and a reach of its own.

    The secret is shown once and kept as a hash.
    """

    class Reach(models.TextChoices):
        COMPANY = "company", _("The whole company")
        UNIT = "unit", _("One place and what lies below it")
        BOOKS = "books", _("Some books")

    RIGHTS = [
        (Right.FACTS_WRITE.value, _("Send facts: transactions, balances and so on")),
        (Right.CUSTOMERS_WRITE.value, _("Open and change customers")),
        (Right.CUSTOMERS_READ.value, _("Read customers, personal values masked")),
        (Right.CUSTOMERS_PERSONAL.value, _("Read personal values in full")),
        (Right.SCORES_READ.value, _("Read tiers and scores")),
        (Right.WORK_READ.value, _("Read cards, promises and alerts of people")),
        (Right.WORK_WRITE.value, _("Write outcomes and contacts in the name of people")),
        (Right.MESSAGES_READ.value, _("Read mailings and messages to customers")),
        (Right.MESSAGES_SEND.value, _("Send messages to customers, hold mailings")),
    ]
    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=60)
    secret_hash = models.CharField(max_length=64)
    tail = models.CharField(max_length=4)  # of the secret, to tell keys apart
    rights = ArrayField(models.CharField(max_length=30))
    reach = models.CharField(max_length=8, choices=Reach.choices, default=Reach.COMPANY)
    org_unit = models.ForeignKey(OrgUnit, models.PROTECT, null=True, related_name="+")
    books = models.ManyToManyField(Book, related_name="+")
    per_minute = models.PositiveIntegerField(default=600)
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(reach="unit", org_unit__isnull=False)
                | (~Q(reach="unit") & Q(org_unit__isnull=True)),
                name="a_place_goes_with_the_reach",
            ),
            models.CheckConstraint(condition=Q(per_minute__gt=0), name="a_key_may_be_used"),
        ]

    def __str__(self) -> str:
        return self.name

    def state(self, at: datetime) -> str:
        """Say whether it opens at a moment: valid, expired or revoked."""
        if self.revoked_at is not None:
            return "revoked"
        return "expired" if self.expires_at is not None and self.expires_at <= at else "valid"

    def has(self, right: Right) -> bool:
        return right.value in self.rights

    def may(self, permission: rules.Permission | str) -> bool:
        """Answer as a person would; queries and masks ask their viewer this."""
        return permitted(self.rights, rules.Permission(permission))

    @cached_property
    def scope(self) -> rules.Scope:
        """The customers that the key sees, asked of the database once per request."""
        if self.reach == self.Reach.COMPANY:
            return rules.EVERYBODY
        if self.reach == self.Reach.UNIT and self.org_unit is not None:
            if self.org_unit.parent_id is None:
                return rules.EVERYBODY  # the root's subtree is the company
            inside = Book.objects.filter(org_unit__path__startswith=self.org_unit.path)
        else:
            inside = self.books.all()
        return rules.Scope(books=tuple(inside.order_by("pk").values_list("pk", flat=True)))


class ApiUse(models.Model):
    """How often a key was used in one minute: what its limit is measured by."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    minute = models.DateTimeField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "minute"], name="one_count_per_minute")
        ]


class IdempotentReply(models.Model):
    """The answer to a write that named an Idempotency-Key, byte for byte, for seven days."""

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+")
    name = models.CharField(max_length=255)
    fingerprint = models.CharField(max_length=64)  # of method, address and body
    status = models.PositiveSmallIntegerField()
    headers = models.JSONField(default=dict)
    body = models.BinaryField()
    kept_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "name"], name="one_reply_per_request")
        ]

"""Who belongs together: a household of persons, a group of companies."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models.customer import Customer


class Household(models.Model):
    """A household or a group of companies.

    It is called after its head and says nothing about anybody itself: who may see none of
    its members learns nothing from its row.
    """

    class Kind(models.TextChoices):
        FAMILY = "family", _("Household")
        GROUP = "group", _("Group of companies")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    made_at = models.DateTimeField()


class BelongingQuerySet(models.QuerySet["Member"]):
    def visible_to(self, viewer: Person) -> Self:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> Self:
        return self.filter(until__isnull=True)


class Member(models.Model):
    """That a customer belongs to a household or group, as what, and since when."""

    class Role(models.TextChoices):
        HEAD = "head", _("Head")
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        SUBSIDIARY = "subsidiary", _("Subsidiary")
        AFFILIATE = "affiliate", _("Affiliated company")
        OTHER = "other", _("Member")

    household = models.ForeignKey(Household, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=12, choices=Role.choices, default=Role.OTHER)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    source = models.CharField(max_length=60, blank=True)  # "hand", "address", "phone"

    objects = BelongingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer"],
                condition=Q(until__isnull=True),
                name="a_customer_belongs_to_one_household",
            ),
            models.UniqueConstraint(
                fields=["household"],
                condition=Q(until__isnull=True, role="head"),
                name="a_household_has_one_head",
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
                name="a_membership_ends_after_it_began",
            ),
        ]

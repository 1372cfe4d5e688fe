"""How customers are tied to each other."""

from __future__ import annotations

from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person
from regulars.server.customers import rules
from regulars.server.customers.models.customer import Customer


class RandomId(models.Func):
    """An id for addresses that the database makes, for rows that come set-wise."""

    template = "substr(replace(gen_random_uuid()::text, '-', ''), 1, 12)"
    output_field = models.CharField(max_length=12)


class RelationQuerySet(models.QuerySet["Relation"]):
    def visible_to(self, viewer: Person) -> RelationQuerySet:
        """Keep the ties of which the viewer may see both ends.

        One end alone would tell who else is a customer of ours.
        """
        if viewer.scope.everything:
            return self
        books = viewer.scope.books
        return self.filter(customer__book__in=books, other__book__in=books)

    def standing(self) -> RelationQuerySet:
        """Leave out what has ended."""
        return self.filter(until__isnull=True)


class Relation(models.Model):
    """A tie between two customers, read from one side: "`other` is the spouse of"."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("Spouse")
        PARENT = "parent", _("Parent")
        CHILD = "child", _("Child")
        RELATIVE = "relative", _("Relative")
        EMPLOYER = "employer", _("Employer")
        KEY_PERSON = "key_person", _("Key person")
        CONTACT_PERSON = "contact_person", _("Contact person")
        GUARANTOR = "guarantor", _("Guarantor")
        REFERRER = "referrer", _("Referrer")
        PARENT_COMPANY = "parent_company", _("Parent company")
        PARTNER = "partner", _("Partner organisation")

    public_id = models.CharField(
        max_length=12, unique=True, db_default=RandomId(), editable=False
    )
    # The indexes below begin with these, and an index of their own would be taken instead.
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="relations", db_index=False
    )
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=16, choices=Kind.choices)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)  # the first day on which it holds no more
    note = models.CharField(max_length=300, blank=True, db_default="")
    source = models.CharField(max_length=60, blank=True, db_default="")  # "hand", "demo", ...
    noted_on = models.DateField(null=True, blank=True)

    objects = RelationQuerySet.as_manager()

    class Meta:
        indexes = [
            # A walk takes the first few ties of each customer; an employer has thousands.
            models.Index(fields=["customer", "id"], name="ties_in_order"),
            models.Index(fields=["other", "id"], name="ties_in_order_back"),
        ]
        constraints = [
            # One tie of a kind between two, whichever of them was named first; one that
            # ended may begin again.
            models.UniqueConstraint(
                Case(
                    When(kind="child", then=F("other")),
                    When(kind__in=rules.SAME_BOTH_WAYS, then=Least(F("customer"), F("other"))),
                    default=F("customer"),
                ),
                Case(
                    When(kind="child", then=F("customer")),
                    When(
                        kind__in=rules.SAME_BOTH_WAYS,
                        then=Greatest(F("customer"), F("other")),
                    ),
                    default=F("other"),
                ),
                Case(When(kind="child", then=Value("parent")), default=F("kind")),
                condition=Q(until__isnull=True),
                name="one_relation_of_a_kind",
            ),
            models.CheckConstraint(
                condition=~Q(customer=models.F("other")), name="nobody_is_related_to_themselves"
            ),
            models.CheckConstraint(
                condition=Q(since__isnull=True)
                | Q(until__isnull=True)
                | Q(until__gte=F("since")),
                name="a_relation_ends_after_it_began",
            ),
        ]

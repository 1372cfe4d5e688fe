"""How customers are tied to each other."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.customers.models.customer import Customer


class Relation(models.Model):
    """A tie between two customers, read from one side: "`other` is the spouse of"."""

    class Kind(models.TextChoices):
        SPOUSE = "spouse", _("Spouse")
        CHILD = "child", _("Child")
        PARENT = "parent", _("Parent")
        KEY_PERSON = "key_person", _("Key person")
        EMPLOYER = "employer", _("Employer")
        GUARANTOR = "guarantor", _("Guarantor")
        REFERRER = "referrer", _("Referrer")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="relations")
    other = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=12, choices=Kind.choices)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "other", "kind"], name="one_relation_of_a_kind"
            ),
            models.CheckConstraint(
                condition=~Q(customer=models.F("other")), name="nobody_is_related_to_themselves"
            ),
        ]

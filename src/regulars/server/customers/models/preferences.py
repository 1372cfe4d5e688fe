"""What a customer prefers: said by them, or derived, and then from what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models.customer import Customer


class PreferenceQuerySet(models.QuerySet["Preference"]):
    def visible_to(self, viewer: Person) -> PreferenceQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

    def standing(self) -> PreferenceQuerySet:
        return self.filter(withdrawn_at__isnull=True)


class Preference(models.Model):
    """One thing a customer likes or wants, with where we know it from."""

    class Topic(models.TextChoices):
        TIME = "time", _("Time of day")
        PLACE = "place", _("Place")
        PRODUCT = "product", _("Products")
        SERVICE = "service", _("How to be served")
        INTEREST = "interest", _("Interests")
        GIFT = "gift", _("Gifts and invitations")
        DISLIKE = "dislike", _("Does not like")
        OTHER = "other", _("Something else")

    class Origin(models.TextChoices):
        SAID = "said", _("Said")
        DERIVED = "derived", _("Derived")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="preferences")
    topic = models.CharField(max_length=10, choices=Topic.choices)
    words = models.CharField(max_length=200)
    origin = models.CharField(max_length=8, choices=Origin.choices, default=Origin.SAID)
    evidence = models.CharField(max_length=200, blank=True)  # from what it was derived
    noted_on = models.DateField()
    noted_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    objects = PreferenceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(origin="said") | ~Q(evidence=""),
                name="what_is_derived_says_from_what",
            ),
        ]

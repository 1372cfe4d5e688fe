"""Products that are sold together, and to whom."""

from __future__ import annotations

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from regulars.server.core.models import local_name, public_id
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product


class BundleQuerySet(models.QuerySet["Bundle"]):
    def offered(self, on: date) -> BundleQuerySet:
        """Keep what is offered on a day."""
        begun = Q(starts_on__isnull=True) | Q(starts_on__lte=on)
        goes_on = Q(ends_on__isnull=True) | Q(ends_on__gte=on)
        return self.filter(begun, goes_on, is_retired=False)


class Bundle(models.Model):
    """An offer of several products, for customers of some classes."""

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    name = models.CharField(max_length=80, unique=True)
    name_en = models.CharField(max_length=80, blank=True)
    words = models.CharField(max_length=300, blank=True)  # what it is good for
    price = models.CharField(max_length=120, blank=True)  # as people read it
    # Who is eligible; what is empty asks for nothing.
    levels = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    kind = models.CharField(
        max_length=12, choices=Customer.Kind.choices, blank=True, default=""
    )
    classes = ArrayField(models.CharField(max_length=12), default=list, blank=True)
    segment = models.ForeignKey(
        "segments.Segment", models.PROTECT, null=True, blank=True, related_name="+"
    )
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)  # the last day
    is_retired = models.BooleanField(default=False)
    made_at = models.DateTimeField()

    objects = BundleQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="a_bundle_has_a_name"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(starts_on__isnull=True)
                | Q(ends_on__gte=F("starts_on")),
                name="a_bundle_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return local_name(self.name, self.name_en)


class BundlePart(models.Model):
    """One product of a bundle, on its terms."""

    bundle = models.ForeignKey(Bundle, models.CASCADE, related_name="parts")
    product = models.ForeignKey(Product, models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    terms = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["bundle", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["bundle", "product"], name="a_product_once_in_a_bundle"
            ),
            models.UniqueConstraint(
                fields=["bundle", "position"], name="one_part_per_place_of_a_bundle"
            ),
        ]

"""Files that belong to a customer. The bytes lie in the home under a name of chance."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from regulars.server.core.models import Person, public_id
from regulars.server.customers.models.customer import Customer


class DocumentQuerySet(models.QuerySet["Document"]):
    def visible_to(self, viewer: Person) -> DocumentQuerySet:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Document(models.Model):
    """One file: what it is called, what it is, and under which name it lies in the home."""

    class Kind(models.TextChoices):
        CONTRACT = "contract", _("Contract")
        APPLICATION = "application", _("Application")
        REPORT = "report", _("Report")
        PHOTO = "photo", _("Picture")
        OTHER = "other", _("Something else")

    public_id = models.CharField(max_length=12, unique=True, default=public_id, editable=False)
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="documents")
    kind = models.CharField(max_length=12, choices=Kind.choices, default=Kind.OTHER)
    name = models.CharField(max_length=120)  # as it was called where it came from
    ending = models.CharField(max_length=8)  # "pdf": decides how it goes out again
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256 of the bytes
    stored_as = models.CharField(max_length=64, unique=True)
    note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gt=0), name="a_document_is_not_empty"),
        ]

"""To which persona a customer belongs, and which item was meant for them."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.posts.models.items import Item
from regulars.server.posts.models.plan import Persona, Slot

M = TypeVar("M", bound=models.Model)


class OfCustomers(models.QuerySet[M]):
    """Rows that name their customer."""

    def visible_to(self, viewer: Person) -> Self:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)


class Belonging(models.Model):
    """The one persona of a customer, as it was sorted the last time."""

    customer = models.OneToOneField(Customer, models.CASCADE, related_name="+")
    persona = models.ForeignKey(Persona, models.CASCADE, related_name="belongings")
    since = models.DateTimeField()

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["pk"]


class Aimed(models.Model):
    """That the message of an item was meant for a customer. One in a slot of a day."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    item = models.ForeignKey(Item, models.CASCADE, related_name="aimed")
    slot = models.ForeignKey(Slot, models.PROTECT, related_name="+")
    day = models.DateField()

    objects = OfCustomers.as_manager()

    class Meta:
        ordering = ["-day", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "day", "slot"], name="nobody_gets_two_items_of_a_slot"
            )
        ]

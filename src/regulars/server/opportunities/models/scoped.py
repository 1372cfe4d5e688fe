"""What rows that name their customer have in common."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models

from regulars.server.core.models import Person

M = TypeVar("M", bound=models.Model)


class OfCustomers(models.QuerySet[M]):
    """Rows that name their customer."""

    def visible_to(self, viewer: Person) -> Self:
        """Keep what is about customers of the viewer's scope."""
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

"""Rows that name two customers are seen by who sees one of them."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q

from regulars.server.core.models import Person

Row = TypeVar("Row", bound=models.Model)


class OfEither(models.QuerySet[Row]):
    """Referrals: of who referred, or of who came."""

    def visible_to(self, viewer: Person) -> Self:
        if viewer.scope.everything:
            return self
        books = viewer.scope.books
        return self.filter(Q(referrer__book__in=books) | Q(friend__book__in=books))


class OfOne(models.QuerySet[Row]):
    """Rows of one customer."""

    def visible_to(self, viewer: Person) -> Self:
        if viewer.scope.everything:
            return self
        return self.filter(customer__book__in=viewer.scope.books)

"""Organisations by the class of their business, and the products that plans name."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Count

from regulars.server.core.models import Person
from regulars.server.customers.models import Customer
from regulars.server.products.models import Product


def customers_of_classes(viewer: Person) -> dict[str, int]:
    """How many of the viewer's organisations are of each business class; "" for none yet."""
    firms = Customer.objects.visible_to(viewer).filter(kind=Customer.Kind.ORGANIZATION)
    rows = firms.order_by().values_list("business_class").annotate(n=Count("pk"))
    return dict(rows)


def products() -> list[Product]:
    """Products of the catalogue that a plan may name."""
    return list(Product.objects.order_by("kind", "code"))


def products_named(codes: Sequence[str]) -> dict[str, Product]:
    """The products behind some codes."""
    return {each.code: each for each in Product.objects.filter(code__in=list(codes))}

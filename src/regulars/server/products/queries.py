"""Reads of the catalogue. Products are no secret: every viewer sees all."""

from __future__ import annotations

from regulars.server.products.models import Product


def names() -> dict[str, str]:
    """Names by code, in the reader's language."""
    return {product.code: str(product) for product in Product.objects.order_by("code")}


def by_code() -> dict[str, Product]:
    return {product.code: product for product in Product.objects.order_by("code")}


def kinds() -> list[tuple[str, str]]:
    """Every kind of product: its code, and its name in the reader's language."""
    return [(kind.value, str(kind.label)) for kind in Product.Kind]


def codes_of(kind: str) -> list[str]:
    """Codes of the products of a kind, such as the loans that are no assets."""
    return list(
        Product.objects.filter(kind=kind).order_by("code").values_list("code", flat=True)
    )


def margins() -> dict[str, float]:
    """Yearly margin by code, for those that state one."""
    found = Product.objects.filter(yearly_margin__isnull=False).order_by("code")
    rows = found.values_list("code", "yearly_margin")
    return {code: float(margin) for code, margin in rows if margin is not None}


def risks() -> dict[str, int]:
    """Risk level (1-5) by code, for those that state one."""
    found = Product.objects.filter(risk_level__isnull=False).order_by("code")
    return {code: level for code, level in found.values_list("code", "risk_level") if level}

"""Which products a load opened, and whose values it changed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from regulars.server.intake.actions.traces import notes
from regulars.server.intake.models import Import
from regulars.server.products.models import Product

PRODUCT_FIELDS = (
    "name", "name_en", "category", "kind", "term_days", "rate", "risk_level", "yearly_margin",
)  # fmt: skip


@contextmanager
def of_products(found: Import, codes: Iterable[str]) -> Iterator[None]:
    """Write down which products the enclosed load opens, and whose values it changes."""
    wanted = set(codes)
    before = _products(wanted)
    yield
    notes.write(found, "products.json", notes.compared(before, _products(wanted)))


def _products(codes: set[str]) -> dict[str, dict[str, Any]]:
    found = Product.objects.filter(code__in=codes).order_by("code")
    return {one.code: product_values(one) for one in found}


def product_values(product: Product) -> dict[str, Any]:
    """The values of a product as JSON keeps them."""
    values = {name: getattr(product, name) for name in PRODUCT_FIELDS}
    return {
        name: value if value is None or isinstance(value, int | str) else str(value)
        for name, value in values.items()
    }

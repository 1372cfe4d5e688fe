"""Which products a load opened, and whose values it changed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from regulars.server.intake import queries
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
    after = _products(wanted)
    folder = queries.traces(found)
    folder.mkdir(parents=True, exist_ok=True)
    told = {
        "opened": {code: values for code, values in after.items() if code not in before},
        "changed": {
            code: {"was": before[code], "became": values}
            for code, values in after.items()
            if code in before and before[code] != values
        },
    }
    text = json.dumps(told, ensure_ascii=False)
    (folder / "products.json").write_text(text, "utf-8")


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

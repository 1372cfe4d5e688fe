"""Changes of the catalogue."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from regulars.server.core import audit
from regulars.server.core.audit import Actor
from regulars.server.products.models import Product

FIELDS = (
    "name",
    "name_en",
    "category",
    "kind",
    "term_days",
    "rate",
    "risk_level",
    "yearly_margin",
)


@transaction.atomic
def load(rows: Iterable[Mapping[str, Any]], *, by: Actor, at: datetime) -> tuple[int, int]:
    """Add products, or change those whose code exists; return (added, changed).

    A field that a row lacks, or leaves empty, stays as it is.
    """
    known = {product.code: product for product in Product.objects.all()}
    fresh, changed = [], []
    for row in rows:
        values = {name: row[name] for name in FIELDS if row.get(name) not in {None, ""}}
        product = known.get(str(row["code"]))
        if product is None:
            fresh.append(Product(code=row["code"], **({"name": row["code"]} | values)))
        elif any(getattr(product, name) != value for name, value in values.items()):
            for name, value in values.items():
                setattr(product, name, value)
            changed.append(product)
    Product.objects.bulk_create(fresh)
    Product.objects.bulk_update(changed, FIELDS)
    audit.record(
        "products.catalogue.loaded", "products", by=by, at=at,
        added=len(fresh), changed=len(changed),
    )  # fmt: skip
    return len(fresh), len(changed)


@transaction.atomic
def ensure(codes: Iterable[str], *, by: Actor, at: datetime) -> int:
    """Open an entry for each code that facts name and the catalogue lacks."""
    wanted = set(codes)
    known = set(Product.objects.filter(code__in=wanted).values_list("code", flat=True))
    missing = [Product(code=code, name=code) for code in sorted(wanted - known)]
    Product.objects.bulk_create(missing)
    if missing:
        audit.record("products.stubs.opened", "products", by=by, at=at, added=len(missing))
    return len(missing)

"""Products that a file opened go, and values that it changed stand as before."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from regulars.server.intake.actions.traces import product_values
from regulars.server.intake.actions.undo import lake
from regulars.server.intake.actions.undo.kept import Kept, Taken
from regulars.server.intake.actions.undo.named import named
from regulars.server.products.models import Product


def take_out(folder: Path) -> Taken:
    """Remove and restore. In a transaction that sees everything."""
    path = folder / "products.json"
    if not path.exists():
        return Taken()
    told: dict[str, dict[str, Any]] = json.loads(path.read_text("utf-8"))
    removed, stayed = _remove(told["opened"])
    restored, values, kept = _restore(told["changed"])
    return Taken(len(told["opened"]), removed, restored, values, [*stayed, *kept])


def _remove(opened: dict[str, dict[str, Any]]) -> tuple[int, list[Kept]]:
    used = lake.products_in_use(list(opened))
    there = list(Product.objects.filter(code__in=opened).order_by("code"))
    pointed_at = named(Product, [product.pk for product in there])
    kept, going = [], []
    for product in there:
        if product_values(product) != opened[product.code]:
            kept.append(Kept("product", product.code, "", "changed"))
        elif product.code in used:
            kept.append(Kept("product", product.code, "", "facts"))
        elif product.pk in pointed_at:
            kept.append(Kept("product", product.code, "", "used"))
        else:
            going.append(product.pk)
    Product.objects.filter(pk__in=going).delete()
    return len(going), kept


def _restore(changed: dict[str, dict[str, Any]]) -> tuple[int, int, list[Kept]]:
    restored = values = 0
    kept = []
    for product in Product.objects.filter(code__in=changed).order_by("code"):
        was, became = changed[product.code]["was"], changed[product.code]["became"]
        now = product_values(product)
        differing = [name for name in was if was[name] != became[name]]
        own = [name for name in differing if now[name] == became[name]]
        for name in own:
            setattr(product, name, was[name])
        product.save(update_fields=own)
        restored, values = restored + bool(own), values + len(own)
        kept += [
            Kept("product", product.code, name, "changed")
            for name in differing
            if name not in own
        ]
    return restored, values, kept

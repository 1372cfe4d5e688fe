"""Which records other records point at."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import ForeignObjectRel, ManyToManyRel, Model


def named(
    model: type[Model],
    keys: Collection[int],
    *,
    beside: Mapping[type[Model], Collection[int]] | None = None,
) -> set[int]:
    """Keep the keys at which some record points; those `beside` do not count."""
    found: set[int] = set()
    for one in _relations(model):
        column = one.field.attname
        rows: Any = one.related_model._base_manager.filter(**{f"{column}__in": keys})
        left_out = (beside or {}).get(one.related_model)
        if left_out:
            rows = rows.exclude(pk__in=left_out)
        found |= set(rows.order_by().values_list(column, flat=True).distinct())
    return found


def _relations(model: type[Model]) -> list[Any]:  # Any: their field is a foreign key
    return [
        one
        for one in model._meta.get_fields(include_hidden=True)
        if isinstance(one, ForeignObjectRel) and not isinstance(one, ManyToManyRel)
    ]

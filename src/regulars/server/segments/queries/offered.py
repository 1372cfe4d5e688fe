"""Fields that features above offer: looked up beside the file, through the viewer's eyes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from regulars.server.core.models import Person
from regulars.server.segments.rules.fields import Field


@dataclass(frozen=True)
class Offered:
    """One field, the rows of (owner, value) behind it, and the words for it and its values."""

    field: Field
    rows: Callable[[Person, date], Any]  # a queryset, whose shape stubs cannot say
    label: Any
    values: Callable[[], Mapping[str, Any]] = dict


_offered: dict[str, Offered] = {}


def offer(*fields: Offered) -> None:
    """Let segments ask about what a feature above knows; said when the server starts."""
    _offered.update({each.field.key: each for each in fields})


def offered() -> Mapping[str, Offered]:
    """What is offered, by the key of its field."""
    return _offered

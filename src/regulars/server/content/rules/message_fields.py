"""The fields that a message may name, each with who fills it in.

A feature adds its own from `apps.ready()`:

    message_fields.add(Field("points.balance", Words("积分", "Points"), "1280", "number"),
                       provider=balances)

A provider is given many customers at once and answers with a few queries, never one each.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from regulars.server.content.rules.shape import Words


class Use(StrEnum):
    """What naming a field makes of a message."""

    PLAIN = "plain"
    SCORED = "scored"  # what we computed about the person: the message is personal (PIPL 24)
    SENSITIVE = "sensitive"  # never goes into a message


@dataclass(frozen=True)
class Field:
    """Something that is known about a customer and may be said to them.

    Attributes
    ----------
    path
        As it is written: "customer.salutation".
    kind
        "text", "date", "money", "number" or "link": how it is written without a filter.
    example
        Stands in a preview without a customer, and in trial renderings.
    purposes
        In messages of which purpose it may stand; empty: in all.
    """

    path: str
    label: Words
    example: Any
    kind: str = "text"
    use: Use = Use.PLAIN
    purposes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Situation:
    """For whom and when values are asked: the viewer, the company's day, the language."""

    viewer: Any  # a Person; rules know no records
    today: date
    language: str


Values = Mapping[int, Mapping[str, Any]]  # customer -> path -> value; what is unknown is absent
Provider = Callable[[Sequence[Any], Situation], Values]


@dataclass
class Known:
    """Every field of the features that run, with its provider."""

    fields: dict[str, Field] = field(default_factory=dict)
    providers: dict[Provider, tuple[str, ...]] = field(default_factory=dict)

    def add(self, *fields: Field, provider: Provider) -> None:
        """Tell of fields and who fills them in; said twice it counts once."""
        self.fields |= {one.path: one for one in fields}
        paths = (*self.providers.get(provider, ()), *(one.path for one in fields))
        self.providers[provider] = tuple(dict.fromkeys(paths))

    def asked(self, paths: Iterable[str]) -> list[Provider]:
        """The providers that some paths need."""
        wanted = set(paths)
        return [one for one, own in self.providers.items() if wanted & set(own)]

    def meant(self, path: str) -> str:
        """The field that a misspelt one is probably to be, or nothing."""
        if near := get_close_matches(path, self.fields, n=1, cutoff=0.6):
            return near[0]
        ends = {one.rpartition(".")[2]: one for one in self.fields}
        last = get_close_matches(path.rpartition(".")[2], ends, n=1, cutoff=0.7)
        return ends[last[0]] if last else ""

    def examples(self) -> dict[str, Any]:
        return nested({path: one.example for path, one in self.fields.items()})


known = Known()
add = known.add


def nested(values: Mapping[str, Any], roots: Iterable[str] = ()) -> dict[str, Any]:
    """Values by path as the plain dicts that a template reads; `roots` are there anyway."""
    found: dict[str, Any] = {root: {} for root in roots}
    for path, value in values.items():
        root, _dot, leaf = path.partition(".")
        found.setdefault(root, {})[leaf] = value
    return found

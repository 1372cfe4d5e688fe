"""The fields that a text may use, such as {name}; what stands above says which it fills in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches

from regulars.server.content.rules.shape import Kind, Words

# What the cards of Today fill in wherever they know it.
ALWAYS = (
    *("name", "amount", "day", "days", "weekday", "product", "tier", "gap", "low", "high"),
    *("mean", "last", "step", "interval", "event", "number", "partner"),
)
_BRACES = re.compile(r"\{([^{}]*)\}|[{}]|｛[^｛｝]*｝")


@dataclass(frozen=True)
class Misspelt:
    """A field that nobody fills in, with where it stands and what was probably meant."""

    line: int
    column: int
    written: str
    meant: str


@dataclass
class Offered:
    """What the features above told: fields they fill in, and triggers by name."""

    fields: set[str] = field(default_factory=lambda: set(ALWAYS))
    triggers: Callable[[], Mapping[str, Words]] = dict

    def offer(
        self,
        fields: Iterable[str] = (),
        *,
        triggers: Callable[[], Mapping[str, Words]] | None = None,
    ) -> None:
        """Say which fields are filled in, and which triggers there are."""
        self.fields |= set(fields)
        self.triggers = triggers or self.triggers


offered = Offered()
offer = offered.offer


def of(kind: str) -> tuple[str, ...]:
    """The fields of a kind of text; an objection knows the customer only, a snippet nobody."""
    if kind == Kind.SNIPPET:
        return ()
    return ("name",) if kind == Kind.OBJECTION else tuple(sorted(offered.fields))


def misspelt(text: str, known: Iterable[str]) -> list[Misspelt]:
    """Every brace of a text that stands for no field."""
    names = set(known)
    found = []
    for hit in _BRACES.finditer(text):
        name = (hit[1] or "").strip() if hit[1] is not None else ""
        if hit[1] is not None and hit[1] in names:
            continue
        before = text[: hit.start()]
        line = before.count("\n") + 1
        column = hit.start() - (before.rfind("\n") + 1) + 1
        near = get_close_matches(name or hit[0].strip("{}｛｝ "), sorted(names), n=1)
        found.append(Misspelt(line, column, hit[0], near[0] if near else ""))
    return found

"""What every body is made of: words in two languages, where they fit, tags."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from regulars.base.errors import BadInput
from regulars.server.content.rules import shape
from regulars.server.content.rules.shape import Fitting, Words

MOST_TAGS, LONGEST_TAG = 8, 20


class BadContent(BadInput):
    """A text that cannot be kept: something is missing, too long or unknown.

    `problem` is its key and `values` what it is about; pages say it in the reader's language.
    """

    def __init__(self, problem: str, **values: object) -> None:
        self.problem, self.values = problem, values
        told = ", ".join(f"{name}={value}" for name, value in values.items())
        super().__init__(f"{problem.replace('_', ' ')} ({told})" if told else problem)


def as_words(given: object) -> Words:
    """Words from {"zh": ..., "en": ...}, or from one text that stands for both."""
    if isinstance(given, Mapping):
        return Words(str(given.get("zh") or "").strip(), str(given.get("en") or "").strip())
    return Words(zh=str(given or "").strip())


def words(body: Mapping[str, Any], name: str, *, longest: int, needed: bool = False) -> Words:
    found = as_words(body.get(name))
    if needed and not found:
        raise BadContent("missing", field=name)
    length = max(len(found.zh), len(found.en))
    if length > longest:
        raise BadContent("too_long", field=name, n=length, most=longest)
    return found


KNOWN: Mapping[str, Sequence[object]] = {
    "channels": shape.CHANNELS,
    "purposes": shape.PURPOSES,
    "stages": shape.STAGES,
    "levels": shape.LEVELS,
    "classes": shape.CLASSES,
}


def fitting(body: Mapping[str, Any]) -> Fitting:
    found = {}
    for name in shape.DIMENSIONS:
        values = tuple(int(v) if name == "levels" else str(v) for v in body.get(name) or ())
        for value in values:
            if name in KNOWN and value not in KNOWN[name]:
                raise BadContent("unknown_code", field=name, value=value)
        found[name] = values
    return Fitting(**found)  # type: ignore[arg-type]  # each as its field wants it


def tags(body: Mapping[str, Any]) -> tuple[str, ...]:
    """The words under which somebody finds a text, each once."""
    found = tuple(dict.fromkeys(str(tag).strip() for tag in body.get("tags") or ()))
    kept = tuple(tag for tag in found if tag)
    if len(kept) > MOST_TAGS:
        raise BadContent("too_many_tags", n=len(kept), most=MOST_TAGS)
    if longest := next((tag for tag in kept if len(tag) > LONGEST_TAG), None):
        raise BadContent("too_long", field="tags", n=len(longest), most=LONGEST_TAG)
    return kept

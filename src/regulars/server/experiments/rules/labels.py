"""The label of an experiment in words: upper features name their own, people write theirs."""

from __future__ import annotations

from collections.abc import Callable

Name = Callable[[str], str]
_names: list[Name] = []


def add(name: Name) -> None:
    """Tell who knows what a label means; it says "" of others. Said twice it counts once."""
    if name not in _names:
        _names.append(name)


def words_of(label: str) -> str:
    """A label in the reader's language; as it was written where nobody names it."""
    return next((words for name in _names if (words := name(label))), label)

"""What stands above tells: where contacts are, which lists there are, how a file is read.

Features that write contacts, keep segments and read files stand above this one; they say so
when the server starts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from regulars.server.core.models import Person


@dataclass(frozen=True)
class Choice:
    """A list of customers that somebody keeps under a name."""

    key: str
    name: str


class Lists(Protocol):
    """Where lists of customers come from."""

    def choices(self, viewer: Person) -> Sequence[tuple[str, str]]: ...

    def members(self, viewer: Person, key: str, at: datetime) -> tuple[str, list[int]] | None:
        """The name of a list and its customers whom the viewer sees."""
        ...


class Table(Protocol):
    """Reads a file that was sent: its head, and rows with their lines."""

    def __call__(
        self, upload: Any, *, most: int, language: str
    ) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]: ...


_contacts: list[str] = []
_lists: list[Lists] = []
_tables: list[Table] = []


def contacts_from(select: str) -> None:
    """Say where contacts are: a SELECT of customer_id and day, of what went out to them."""
    _contacts[:] = [select]


def contacts_sql() -> str:
    """That SELECT; empty where nobody tells."""
    return _contacts[0] if _contacts else ""


def lists_from(source: Lists) -> None:
    """Say where lists of customers are kept."""
    _lists[:] = [source]


def lists(viewer: Person) -> list[Choice]:
    """The lists that a viewer may take."""
    return [Choice(*each) for source in _lists for each in source.choices(viewer)]


def members_of(viewer: Person, key: str, *, at: datetime) -> tuple[str, list[int]] | None:
    """A list's name and customers; None where the viewer has no such list."""
    return _lists[0].members(viewer, key, at) if _lists else None


def tables_from(reads: Table) -> None:
    """Say how a file that was sent is read."""
    _tables[:] = [reads]


def read_table(
    upload: Any, *, most: int, language: str
) -> tuple[Sequence[str], list[tuple[int, Sequence[str]]]]:
    """The head of a file and its rows.

    :raises BadInput: it is no table, or has more than `most` rows.
    """
    return _tables[0](upload, most=most, language=language)

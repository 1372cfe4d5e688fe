"""Exported files are let go: those that hold an erased person at once, all after some days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path

from django.conf import settings

from regulars.server.core import leftovers
from regulars.server.core.custody import Known
from regulars.server.core.words import Words


def shred(known: Known) -> Mapping[str, int]:
    """Delete the exports in which an erased person stands."""
    words = Words(known.words)
    return {"segments.exports": leftovers.delete(words.among(_exports()))}


def old(before: datetime) -> int:
    """How many files were exported before a moment."""
    return len(leftovers.older(_exports(), before))


def drop(before: datetime) -> int:
    return leftovers.delete(leftovers.older(_exports(), before))


def _exports() -> Iterator[Path]:
    folder = Path(settings.HOME.exports)
    yield from (path for path in sorted(folder.glob("*")) if path.is_file())

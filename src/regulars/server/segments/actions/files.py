"""Exported files are let go: those that hold an erased person at once, all after some days."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings

from regulars.server.core.custody import Known
from regulars.server.core.words import Words


def shred(known: Known) -> Mapping[str, int]:
    """Delete the exports in which an erased person stands."""
    words = Words(known.words)
    held = [path for path in _exports() if words.in_file(path)]
    return {"segments.exports": _delete(held)}


def old(before: datetime) -> int:
    """How many files were exported before a moment."""
    return len(_old(before))


def drop(before: datetime) -> int:
    return _delete(_old(before))


def _old(before: datetime) -> list[Path]:
    return [
        path
        for path in _exports()
        if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before
    ]


def _exports() -> Iterator[Path]:
    folder = Path(settings.HOME.exports)
    yield from (path for path in sorted(folder.glob("*")) if path.is_file())


def _delete(paths: list[Path]) -> int:
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)

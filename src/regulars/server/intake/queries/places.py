"""Where everything about a file lies on disk."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from regulars.server.intake.models import Import, Source, Upload
from regulars.server.intake.reader import LIMITS, Limits


def folder(found: Import) -> Path:
    """Where everything about one file lies."""
    return Path(settings.HOME.imports) / found.public_id


def original(found: Import) -> Path:
    """The file as it came."""
    return next((folder(found) / "original").iterdir())


def limits(found: Import) -> Limits | None:
    """What reading a file may take; None for rows that we wrote down ourselves."""
    return None if found.options.get("ours") else LIMITS


def table(found: Import) -> Path:
    """The rows to be read: the file as it came, or what a preset made of it."""
    made = prepared(found)
    return made if made.exists() else original(found)


def prepared(found: Import) -> Path:
    """Where the rows lie that a preset or a layout made of the file."""
    return folder(found) / "prepared" / "rows.parquet"


def traces(found: Import) -> Path:
    """Where a load left what undoing it needs."""
    return folder(found) / "undo"


def errors_path(found: Import, *, language: str) -> Path:
    """Where the file of refused rows lies, if it was written in that language."""
    return folder(found) / f"refused-{'zh' if language.startswith('zh') else 'en'}.csv"


def kept_path(found: Import) -> Path:
    """The list of what stayed when a file was taken out."""
    return folder(found) / "kept.csv"


def refused_paths(found: Import) -> tuple[Path, Path]:
    """Where the rows lie that the reader refused, and those that the records refused."""
    read = folder(found) / "read"
    return read / "refused.parquet", read / "refused_by_records.parquet"


def uploads_folder() -> Path:
    return Path(settings.HOME.imports) / ".arriving"


def part_path(upload: Upload) -> Path:
    """Where the part of a file lies that arrived."""
    return uploads_folder() / upload.public_id


def inbox(source: Source) -> Path:
    """The folder into which a source's files are dropped."""
    return Path(settings.HOME.root) / "inbox" / source.code


def secret_path(source: Source) -> Path:
    """Where the password of a source's database lies."""
    return Path(settings.HOME.keys) / f"source-{source.public_id}.key"

"""Files that were brought are let go in their time, and what loads left of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from regulars.server.core import leftovers
from regulars.server.core.audit import WORKER
from regulars.server.intake import queries
from regulars.server.intake.actions.files import discard
from regulars.server.intake.actions.forgetting.erased import taken
from regulars.server.intake.actions.forgetting.originals import (
    BY_PERIOD,
    LOADED,
    S,
    forget_original,
)
from regulars.server.intake.models import Import

NOT_LOADED = (S.DRAFT, S.CHECKED, S.FAILED)


def old_originals(before: datetime) -> list[Import]:
    """Loaded files whose original is older than a moment."""
    found = Import.objects.filter(state__in=LOADED, ended_at__lt=before).order_by("pk")
    return [one for one in found if (queries.folder(one) / "original").is_dir()]


def drop_originals(before: datetime) -> int:
    found = old_originals(before)
    for one in found:
        forget_original(one, why=BY_PERIOD, at=before)
    return len(found)


def old_remains(before: datetime) -> list[Path]:
    """What loads before a moment left: refused rows, and what taking them out needs."""
    found = Import.objects.filter(state__in=LOADED, ended_at__lt=before).order_by("pk")
    parts = (queries.folder(one) / part for one in found for part in ("read", "undo"))
    return [path for path in parts if path.is_dir()]


def drop_remains(before: datetime) -> int:
    found = old_remains(before)
    for path in found:
        shutil.rmtree(path, ignore_errors=True)
        for name in ("refused-zh.csv", "refused-en.csv", "kept.csv"):
            (path.parent / name).unlink(missing_ok=True)
        _forget_examples(path.parent.name)
    return len(found)


def _forget_examples(public_id: str) -> None:
    for found in Import.objects.filter(public_id=public_id):
        found.report |= {"examples": [], "remains_gone": True}
        found.save(update_fields=["report"])


def old_drafts(before: datetime) -> QuerySet[Import]:
    """Files that were brought before a moment and never loaded."""
    return Import.objects.filter(state__in=NOT_LOADED, brought_at__lt=before).order_by("pk")


def drop_drafts(before: datetime) -> int:
    found = list(old_drafts(before))
    for one in found:
        discard(one, by=WORKER, at=before)
    return len(found)


def old_taken(before: datetime) -> list[Path]:
    """Files of watched folders that were taken before a moment."""
    return leftovers.older((path for path in taken() if path.is_file()), before)


def drop_taken(before: datetime) -> int:
    return leftovers.delete(old_taken(before))


def counted(found: Callable[[datetime], Any]) -> Callable[[datetime], int]:
    """How many there are of what is older than a moment."""
    return lambda before: len(found(before))

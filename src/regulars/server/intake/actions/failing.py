"""A file that failed: why is kept for whoever looks, and what must not lie here is deleted."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from regulars.base.errors import Refused, RegularsError
from regulars.server.intake import queries
from regulars.server.intake.models import Import
from regulars.server.intake.reader import Unreadable
from regulars.server.intake.reader.forbidden import ForbiddenData


class Destroyed(Refused):
    """The file held what must never be stored, and was deleted."""


def note_failure(found: Import, error: Exception, *, at: datetime) -> None:
    """Write down that the work on a file ended badly, whatever else is rolled back.

    The code and parameters of a sentence are kept, so that it can be said in any language;
    the name of the error stands for the others.
    """
    found.state, found.ended_at = Import.State.FAILED, at
    said = f": {error}" if isinstance(error, RegularsError) else ""
    found.message = f"{type(error).__name__}{said}"[:2000]
    found.report = {}
    if isinstance(error, Unreadable):
        found.report["failure"] = {"code": error.code, "params": _plain(error.params)}
    if isinstance(error, ForbiddenData):
        _destroy(found)
    names = ("state", "ended_at", "message", "report", "reading", "options")
    kept = {name: getattr(found, name) for name in names}
    Import.objects.filter(pk=found.pk).update(**kept)


def refuse_gone(found: Import) -> None:
    """:raises Destroyed: nothing of the file was kept."""
    if found.options.get("destroyed"):
        raise Destroyed(
            f"Nothing of “{found.file_name}” was kept, since it holds what must never be "
            "stored. Delete those columns and bring it again."
        )


def _destroy(found: Import) -> None:
    """Keep nothing of the file: neither it, nor what was read of it, nor what was shown."""
    for part in ("original", "prepared", "read", "undo"):
        shutil.rmtree(queries.folder(found) / part, ignore_errors=True)
    found.reading = found.reading | {"sample": []}
    found.options = found.options | {"destroyed": True}


def _plain(params: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of a sentence as JSON keeps them."""
    kept = (str, int, float, dict)
    return {name: v if isinstance(v, kept) else str(v) for name, v in params.items()}

"""A list of messages as a file, without names, addresses and words."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from regulars.server.core import audit
from regulars.server.core.files import FORMATS
from regulars.server.core.models import Person
from regulars.server.delivery.models import Mailing


def export(
    mailing: Mailing,
    head: Sequence[str],
    rows: Iterable[Sequence[object]],
    *,
    format: str,
    by: Person,
    at: datetime,
) -> bytes:
    """Write rows of a mailing as a file of a format; that they were taken along is audited."""
    with tempfile.TemporaryDirectory() as scratch:
        path = Path(scratch) / f"messages.{format}"
        count = FORMATS[format](path, head, iter(rows))
        written = path.read_bytes()
    audit.record("delivery.exported", mailing, by=by, at=at, rows=count)
    return written

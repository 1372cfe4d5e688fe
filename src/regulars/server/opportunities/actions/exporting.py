"""A table of opportunities as a file; who took it along stands in the audit trail."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from regulars.base.errors import BadInput
from regulars.server.core import audit
from regulars.server.core.files import FORMATS
from regulars.server.core.models import Person
from regulars.server.opportunities import queries
from regulars.server.opportunities.queries import SHEETS, Asked


def write(
    what: str, asked: Asked, to: Path, *, format: str, by: Person, at: datetime
) -> int:  # fmt: skip
    """Write what a page shows, as its viewer sees it; return the rows.

    :raises BadInput: there is no such table, or it is no format that we write.
    """
    if what not in SHEETS:
        raise BadInput(f"{what!r} is no table of ours. Choose {', '.join(SHEETS)}.")
    writer = FORMATS.get(format)
    if writer is None:
        raise BadInput(f"{format!r} is no format we write. Choose {', '.join(FORMATS)}.")
    told = queries.sheet(by, what, asked, at)
    count = writer(to, told.head, told.rows)
    audit.record(
        "opportunities.exported", "opportunities", by=by, at=at, rows=count, what=what
    )  # fmt: skip
    return count

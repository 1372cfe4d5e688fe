"""What leaves the house is written into the trail."""

from __future__ import annotations

from datetime import datetime

from regulars.server.core import audit
from regulars.server.core.models import Person


def exported(count: int, *, by: Person, at: datetime) -> None:
    """Somebody took a list of complaints along."""
    audit.record("complaints.exported", "complaints.Case", by=by, at=at, rows=count)

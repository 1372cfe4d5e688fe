"""What complaints hear of other features: files that arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.server.complaints.actions.taking_up import TAKE_UP
from regulars.server.core.events.actions import wake


def imported(uid: UUID, data: Mapping[str, Any], at: datetime) -> None:
    """New events may be complaints: looked at in a job of its own."""
    if data.get("kind") == "events" and data.get("added"):
        wake(TAKE_UP)

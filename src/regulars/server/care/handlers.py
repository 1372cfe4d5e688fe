"""What the work hears of other features: facts that arrived."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from regulars.server.care.actions.hearing import HEAR
from regulars.server.core.events.actions import wake

# Kinds of facts that a trigger of the same day may wait for.
HEARD = frozenset({"events", "transactions", "balances"})


def imported(uid: UUID, data: Mapping[str, Any], at: datetime) -> None:
    """Look at new facts right after they are there, in a job of its own."""
    if data.get("kind") in HEARD and data.get("added"):
        wake(HEAR)

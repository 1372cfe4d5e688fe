"""Movements out of the own normal range and above the tier's floor, in and out.

Two tables: one row per movement, and the accounts, products or categories that moved. A
movement is known by customer, subject, direction and day (`on`), which stays the same on
every run that still sees it. `find_changes` puts movements beside the changes of rhythm,
basket and channel: one row per customer for whom there is something to say.
"""

from __future__ import annotations

from regulars.engine.movements.balance import balance_movements
from regulars.engine.movements.changes import HEADLINES, Changes, find_changes
from regulars.engine.movements.found import Movements, largest_movement, together
from regulars.engine.movements.purchase import purchase_movements

__all__ = [
    "HEADLINES",
    "Changes",
    "Movements",
    "balance_movements",
    "find_changes",
    "largest_movement",
    "purchase_movements",
    "together",
]

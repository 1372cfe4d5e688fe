"""What one morning looks at: the day, the newest run and tiers, and those before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from regulars.server.care.queries.morning.movements import movements
from regulars.server.care.queries.morning.statements import (
    published_before,
    tier_run,
    tier_run_before,
)
from regulars.server.care.rules.catalogue import LARGE_OUTFLOW
from regulars.server.care.rules.detect import Morning, Movement
from regulars.server.scoring.models import Run
from regulars.server.tiers.models import TierRun


@dataclass(frozen=True)
class Sight:
    """Read once, however many triggers ask."""

    morning: Morning
    run: Run | None
    at: datetime

    @cached_property
    def before(self) -> Run | None:
        return published_before(self.run) if self.run else None

    @cached_property
    def tiered(self) -> TierRun | None:
        return tier_run()

    @cached_property
    def tiered_before(self) -> TierRun | None:
        return tier_run_before(self.tiered) if self.tiered else None

    @cached_property
    def outflows(self) -> Sequence[Movement]:
        return self.movements("out", LARGE_OUTFLOW.code)

    def movements(self, way: str, trigger: str) -> Sequence[Movement]:
        """Large movements "in" or "out" that this trigger has not told of lately."""
        return movements(self.run, way, trigger) if self.run else ()

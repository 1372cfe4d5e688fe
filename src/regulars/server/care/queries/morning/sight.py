"""What one morning looks at: the day, the newest run and tiers, and those before them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from regulars.server.care.queries.morning import everybody
from regulars.server.care.queries.morning.movements import movements
from regulars.server.care.queries.morning.stages import staged
from regulars.server.care.queries.morning.statements import (
    published_before,
    tier_run,
    tier_run_before,
)
from regulars.server.care.rules.catalogue import LARGE_OUTFLOW
from regulars.server.care.rules.detect import Morning, Movement, Staged
from regulars.server.scoring.models import Run
from regulars.server.standards import queries as standards
from regulars.server.standards.queries import Duty
from regulars.server.tiers.models import TierRun


@dataclass(frozen=True)
class Sight:
    """Read once, however many triggers ask."""

    morning: Morning
    run: Run | None
    at: datetime
    # During the day: only what we came to know since then. None: everything, as in a morning.
    since: datetime | None = None
    # Everybody is asked for: lay them down first, see `everybody`.
    lays: bool = False

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
    def whom(self) -> str:
        """Everybody, as a relation to select from; see `everybody.whom` for its columns.

        A morning lays them down; whoever asks for a few looks them up.
        """
        statement = everybody.whom(
            tiered=self.tiered.pk if self.tiered else None,
            before=self.tiered_before.pk if self.tiered_before else None,
            run=self.run.pk if self.run else None,
            day=self.morning.day,
        )
        if not self.lays:
            return f"({statement})"
        everybody.lay_down(statement)
        return everybody.NAME

    @cached_property
    def outflows(self) -> Sequence[Movement]:
        return self.movements("out", LARGE_OUTFLOW.code)

    @cached_property
    def staged(self) -> Sequence[Staged]:
        """Customers who came into a stage whose treatment people give."""
        return staged(self.run, self.before, self.morning.day)

    @cached_property
    def duties(self) -> Sequence[Duty]:
        """Visits, reviews and contacts of ranks that the service standard asks for now."""
        if self.tiered is None:
            return ()
        return standards.duties(
            self.morning.policy.matrix,
            everybody=self.whom,
            day=self.morning.day,
        )

    def movements(self, way: str, trigger: str) -> Sequence[Movement]:
        """Large movements "in" or "out" that this trigger has not told of lately."""
        return movements(self.run, way, trigger) if self.run else ()

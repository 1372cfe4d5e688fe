"""What a lesson stands on, and what it brings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:  # pages import this package's names and must not load the engine
    from ibis.expr.types import Table

    from regulars.engine import Basis, Ledger
    from regulars.engine.backends import Workbench


@dataclass(frozen=True)
class Forecast:
    """What an earlier run expected of a quarter that is over now."""

    run: str
    start: date
    stop: date
    revenue: float
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Ground:
    """What the lessons stand on."""

    folder: Path
    ledger: Ledger
    bench: Workbench
    as_of: date
    basis: Basis
    horizon_days: int
    risky: Mapping[str, int] = field(default_factory=dict)  # product -> risk level 1-5
    before: Path | None = None  # the frame of an earlier run
    forecasts: tuple[Forecast, ...] = ()
    type_1_share: float = 0.5  # of the referred, who would not have come otherwise
    saving: float = 0.0  # what winning a customer costs otherwise

    def records(self, name: str) -> Table:
        """Open a table of the snapshot."""
        return self.bench.connection.read_parquet(self.folder / name)


@dataclass(frozen=True)
class Lesson:
    """What one lesson brought."""

    table: Table | None = None  # one row per customer; joins the frame
    card: Mapping[str, Any] | None = None  # goes into the run's result
    rows: Table | None = None  # several rows per customer; a file of its own
    behind: Table | None = None  # the customers whom the rows speak of; another file
